-- MySQL dump 10.13  Distrib 5.7.44, for Win64 (x86_64)
--
-- Host: localhost    Database: cao
create table T (A int, B varchar(20));
INSERT INTO T VALUES ('1','x');
INSERT INTO T VALUES ('2','y');
