# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dumps as users have them, from every program, through the whole room."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.analysis import Analysis, Header
from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse.dialect import DialectReader
from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import open_backup
from corpus import corpus_bytes, corpus_files, corpus_path
from dumps import Dump


class Sample(t.NamedTuple):
    """What the analysis of a sample has to say."""

    name: str
    dialect: str
    header: Header
    encoding: str
    tables: dict[str, int]
    views: tuple[str, ...] = ()
    triggers: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()


_MIX = {"beleg": 2, "kunde": 3, "part": 2}
_MARIADB = "MariaDB dump 10.19  Distrib 10.11.19-MariaDB, for debian-linux-gnu (x86_64)"
_STORED = ("definer_left_out",)
SAMPLES = (
    Sample(
        "cao",
        "cao",
        Header("CAO-Faktura", "14.03.2024 18:05:09", "Musterladen Köln"),
        "latin1",
        {"FIRMA": 1, "LAND": 0, "MITARBEITER": 2, "REGISTRY": 2, "ZAHLUNGSARTEN": 1},
        findings=("static_tables_left_out",),
    ),
    Sample(
        "heidisql_6",
        "heidisql",
        Header("HeidiSQL version:             6.0.0.3603", None, None),
        "utf8mb4",
        {"artikel": 2},
        findings=("no_registry", "back_tables", "database_left_out"),
    ),
    Sample(
        "heidisql_12_de",
        "heidisql",
        Header("HeidiSQL Version:             12.6.0.6765", None, None),
        "utf8mb4",
        {"adressen": 3},
        ("v_namen",),
        ("t_gross",),
        ("no_registry", "database_left_out"),
    ),
    Sample(
        "phpmyadmin",
        "phpmyadmin",
        Header("phpMyAdmin SQL Dump", "14. Mrz 2024 um 18:05", "caofaktura"),
        "utf8mb4",
        {"WARENGRUPPEN": 3},
        ("V_TOP",),
        (),
        _STORED,
    ),
    Sample(
        "mysqldumper",
        "mysqldumper",
        Header("Status:2:3:MP_0:cao_14:php:1.24.4::4.1.22:1:::latin1:EXTINFO", None, None),
        "latin1",
        {"LAND": 2, "SPRACHEN": 1},
        findings=("no_registry",),
    ),
    Sample(
        "mysql_administrator",
        "mysql-administrator",
        Header("MySQL Administrator dump 1.4", None, None),
        "utf8mb4",
        {"lieferzeiten": 2},
        findings=("no_registry", "database_left_out"),
    ),
    Sample(
        "mysql_front",
        "mysql-front",
        Header("MySQL-Front 3.2  (Build 14.3)", None, "CAO_14"),
        "latin1",
        {"MENGENEINHEIT": 2},
        findings=("no_registry", "database_left_out"),
    ),
    Sample(
        "unidac",
        "unidac",
        Header("UniDAC version: 9.3.0", "14.03.2024 18:05:09", "caofaktura"),
        "latin1",
        {"FIRMA": 2},
        findings=("no_registry",),
    ),
    Sample(
        "mydac",
        "mydac",
        Header("MyDAC version: 9.3.0", "14.03.2024 18:05:09", "caofaktura"),
        "utf8mb4",
        {"FIRMA": 2},
        findings=("no_registry",),
    ),
    Sample(
        "mysqldump_4_0",
        "mysqldump",
        Header("MySQL dump 8.22", None, "cao_12"),
        "latin1",
        {"VERTRETER_ABR": 2},
        findings=("no_registry",),
    ),
    Sample(
        "mysqldump_8_0",
        "mysqldump",
        Header("MySQL dump 10.13  Distrib 8.0.36, for Win64 (x86_64)", "2024-03-14 18:05:10", "caofaktura"),
        "utf8mb4",
        {"XT_POSTEN": 2},
    ),
    Sample(
        "mariadb_dump",
        "mariadb-dump",
        Header(_MARIADB, None, "mix"),
        "utf8mb4",
        _MIX,
        ("v_umsatz", "v2"),
        ("trg_b",),
        _STORED,
    ),
    Sample(
        "mariadb_dump_ansi",
        "mariadb-dump",
        Header(_MARIADB, None, "mix"),
        "latin1",
        _MIX,
        ("v_umsatz", "v2"),
        ("trg_b",),
        _STORED,
    ),
    Sample(
        "mariadb_dump_single",
        "mariadb-dump",
        Header(_MARIADB, None, "mix"),
        "utf8mb4",
        _MIX,
        ("v_umsatz", "v2"),
        ("trg_b",),
        _STORED,
    ),
)


def _analysis(name: str) -> Analysis:
    with open_backup(str(corpus_path(name))) as backup:
        return backup.analysis


@pytest.mark.parametrize("sample", SAMPLES, ids=[sample.name for sample in SAMPLES])
def test_sample(sample: Sample) -> None:
    with open_backup(str(corpus_path(sample.name))) as backup:
        analysis = backup.analysis
        rows = list(backup.rows())
    header = analysis.header
    if sample.header.date is None and sample.dialect == "mariadb-dump":
        header = Header(header.program, None, header.mandant)
    assert (analysis.dialect, header, analysis.encoding) == (sample.dialect, sample.header, sample.encoding)
    assert {table.name: table.rows for table in analysis.tables} == sample.tables
    assert sum(row.count for row in rows) == analysis.rows == sum(sample.tables.values())
    assert tuple(view.name for view in analysis.views) == sample.views
    assert tuple(trigger.name for trigger in analysis.triggers) == sample.triggers
    assert tuple(finding.name for finding in analysis.findings) == sample.findings


def test_every_sample_is_tested() -> None:
    assert {path.name.partition(".")[0] for path in corpus_files()} == {sample.name for sample in SAMPLES}


def test_facts_of_cao() -> None:
    analysis = _analysis("cao")
    assert (analysis.db_version, analysis.company) == ("1.10", 'Kräuterhof "Zur Mühle"')
    assert [(repair.name, repair.table, repair.column) for repair in analysis.repairs] == [
        ("decimal_comma", "ZAHLUNGSARTEN", "SKONTO_PROZ"),
        ("quoted_current_timestamp", "REGISTRY", "LAST_CHANGE"),
    ]
    assert analysis.statements == 16


def test_facts_of_the_others() -> None:
    assert _analysis("mysqldump_4_0").definitions["VERTRETER_ABR"].needs_engine_without_transactions
    assert _analysis("phpmyadmin").definitions["WARENGRUPPEN"].foreign_keys[0].references == "WARENGRUPPEN"
    assert {key.kind for key in _analysis("phpmyadmin").definitions["WARENGRUPPEN"].keys} == {"PRIMARY KEY", "KEY"}
    assert _analysis("mysqldump_8_0").definitions["XT_POSTEN"].collations == {"utf8mb4_0900_ai_ci"}
    assert _analysis("mariadb_dump").time_zones == {"+00:00"}
    view = _analysis("heidisql_12_de").views[0].create_statement("BACK_V", {"adressen": "BACK_adressen"})
    assert view.startswith(b"CREATE ALGORITHM = UNDEFINED SQL SECURITY DEFINER VIEW") or b"ALGORITHM" in view
    assert b"from `BACK_adressen` `a`" in view


@pytest.mark.parametrize("name", ["mysqldump_8_0", "mariadb_dump"])
def test_dump_without_its_last_line_is_truncated(name: str) -> None:
    data = corpus_bytes(corpus_path(name))
    assert Dump(data[: data.rindex(b"-- Dump completed")]).refused().error == "truncated"


@pytest.mark.parametrize(
    ("comments", "dialect"),
    [
        (["# MySQL-Front Dump 2.5"], "mysql-front"),
        (["-- Adminer 4.8.1 MySQL 8.0 dump"], "adminer"),
        (["/*\nSQLyog Ultimate v12\n*/"], "sqlyog"),
        (["/*\nNavicat Premium Data Transfer\n*/"], "navicat"),
        (["# Host: localhost  (Version: 5.5.53)\n", "# Generator: MySQL-Front 5.3  (Build 4.234)"], "mysql-front"),
        (["# SQL-Front 5.1  (Build 4.16)"], "mysql-front"),
        (["-- Script was generated by Devart dbForge Studio for MySQL"], "dbforge"),
        (["-- \u0421\u043a\u0440\u0438\u043f\u0442 Devart dbForge Studio 2019 for MySQL"], "dbforge"),
        (["# phpMyAdmin MySQL-Dump"], "phpmyadmin"),
        (["# EMS MySQL Manager 2.8.5.1"], "ems"),
        (["/* SQL Manager for MySQL                5.9.1.55826 */"], "ems"),
        (["-- Valentina Studio --", "-- MySQL dump --"], "valentina"),
        (["-- auto-generated definition"], "datagrip"),
        (["-- This DDL was reverse engineered by\n", "-- Toad for MySQL, Version 1.0.3"], "toad"),
        (["-- *****", "-- Sequel Pro SQL dump"], "sequel-pro"),
        (["# OpenFaktura\r\n", "# Datum :1.1.2009 Uhr\r\n", "# Mandant :X\r\n"], "cao"),
        (["# Status:2:4::cao:php:1.15:"], "mysqldumper"),
        (["-- MySqlBackup.NET 2.3.8.0"], "mysqlbackup.net"),
        (["-- Dump created by MySQL pump utility, version: 5.7.44, Win64 (x86_64)"], "mysqlpump"),
        (["-- mysqldump-php https://github.com/ifsnop/mysqldump-php"], "mysqldump-php"),
        (["# *****", "# Sequel Ace SQL dump"], "sequel-ace"),
        (["# *****", "# Sequel Pro SQL dump"], "sequel-pro"),
        (["-- -----", "-- TablePlus 5.3.0(486)"], "tableplus"),
        (["-- cao.ARTIKEL definition"], "dbeaver"),
        (["# Started dump at: 2026-10-01 02:00:00"], "mydumper"),
        (["-- AdminNeo 5.0.0 MySQL 8.0 dump"], "adminer"),
        (["-- written with FireDAC"], "firedac"),
        (["-- ZeosLib 8.0"], "zeos"),
        (["-- hello"], "unknown"),
        ([], "unknown"),
    ],
)
def test_first_comments_name_the_program(comments: list[str], dialect: str) -> None:
    reader = DialectReader()
    for comment in comments:
        reader.see(comment.encode())
    assert reader.dialect == dialect


def test_header_is_printable_and_bounded() -> None:
    reader = DialectReader()
    reader.see(b"# CAO\x07-Faktura\n")
    reader.see(b"# Datum :x\n")
    reader.see(b"# Mandant :" + b"M" * 900 + b"\n")
    header = reader.header("cp1252")
    assert header.program == "CAO-Faktura"
    assert header.mandant == "M" * 200
    for _number in range(20):
        reader.see(b"#" * 2000)
    assert len(reader._head) < 20_000
