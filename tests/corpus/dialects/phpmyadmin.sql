-- phpMyAdmin SQL Dump
-- version 5.2.1
-- https://www.phpmyadmin.net/
--
-- Host: localhost:3306
-- Erstellungszeit: 14. Mrz 2024 um 18:05
-- Server-Version: 8.0.36
-- PHP-Version: 8.2.12

SET SQL_MODE = "NO_AUTO_VALUE_ON_ZERO";
START TRANSACTION;
SET time_zone = "+00:00";


/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40101 SET @OLD_CHARACTER_SET_RESULTS=@@CHARACTER_SET_RESULTS */;
/*!40101 SET @OLD_COLLATION_CONNECTION=@@COLLATION_CONNECTION */;
/*!40101 SET NAMES utf8mb4 */;

--
-- Datenbank: `caofaktura`
--

-- --------------------------------------------------------

--
-- Tabellenstruktur für Tabelle `WARENGRUPPEN`
--

CREATE TABLE `WARENGRUPPEN` (
  `ID` int NOT NULL,
  `TOP_ID` int NOT NULL DEFAULT '-1',
  `NAME` varchar(250) COLLATE utf8mb4_general_ci DEFAULT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

--
-- Daten für Tabelle `WARENGRUPPEN`
--

INSERT INTO `WARENGRUPPEN` (`ID`, `TOP_ID`, `NAME`) VALUES
(1, -1, 'Gewürze'),
(2, 1, 'Kräuter'),
(3, 1, NULL);

-- --------------------------------------------------------

--
-- Stellvertreter-Struktur des Views `V_TOP`
-- (Siehe unten für die tatsächliche Ansicht)
--
CREATE TABLE `V_TOP` (
`ID` int
,`NAME` varchar(250)
);

-- --------------------------------------------------------

--
-- Struktur des Views `V_TOP`
--
DROP TABLE IF EXISTS `V_TOP`;

CREATE ALGORITHM=UNDEFINED DEFINER=`cao`@`localhost` SQL SECURITY DEFINER VIEW `V_TOP`  AS SELECT `WARENGRUPPEN`.`ID` AS `ID`, `WARENGRUPPEN`.`NAME` AS `NAME` FROM `WARENGRUPPEN` WHERE (`WARENGRUPPEN`.`TOP_ID` = -(1)) ;

--
-- Indizes der exportierten Tabellen
--

--
-- Indizes für die Tabelle `WARENGRUPPEN`
--
ALTER TABLE `WARENGRUPPEN`
  ADD PRIMARY KEY (`ID`),
  ADD KEY `TOP_ID` (`TOP_ID`);

--
-- AUTO_INCREMENT für Tabelle `WARENGRUPPEN`
--
ALTER TABLE `WARENGRUPPEN`
  MODIFY `ID` int NOT NULL AUTO_INCREMENT, AUTO_INCREMENT=4;

--
-- Constraints der Tabelle `WARENGRUPPEN`
--
ALTER TABLE `WARENGRUPPEN`
  ADD CONSTRAINT `fk_top` FOREIGN KEY (`TOP_ID`) REFERENCES `WARENGRUPPEN` (`ID`) ON DELETE CASCADE;
COMMIT;

/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;
/*!40101 SET CHARACTER_SET_RESULTS=@OLD_CHARACTER_SET_RESULTS */;
/*!40101 SET COLLATION_CONNECTION=@OLD_COLLATION_CONNECTION */;
