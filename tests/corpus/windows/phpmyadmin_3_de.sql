-- phpMyAdmin SQL Dump
-- version 3.2.4
-- http://www.phpmyadmin.net
--
-- Host: localhost
-- Erstellungszeit: 27. Juni 2010 um 17:18
-- Server Version: 5.1.41
-- PHP-Version: 5.3.1

SET SQL_MODE="NO_AUTO_VALUE_ON_ZERO";

--
-- Datenbank: `laden`
--

-- --------------------------------------------------------

--
-- Tabellenstruktur für Tabelle `ware`
--

CREATE TABLE IF NOT EXISTS `ware` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `name` varchar(50) NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=MyISAM  DEFAULT CHARSET=latin1 AUTO_INCREMENT=4 ;

--
-- Daten für Tabelle `ware`
--

INSERT INTO `ware` (`id`, `name`) VALUES
(1, 'eins'),
(3, 'it''s');

-- --------------------------------------------------------

--
-- Tabellenstruktur für Tabelle `alle`
--

CREATE ALGORITHM=UNDEFINED DEFINER=`root`@`localhost` SQL SECURITY DEFINER VIEW `laden`.`alle` AS (select `laden`.`ware`.`id` AS `id`,date_format(now(),_latin1'%d %M %Y') AS `am` from `laden`.`ware`);
