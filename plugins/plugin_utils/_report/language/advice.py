# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# This is private to the collection; do not use it from outside.
"""What a failure, a finding and a repair mean and what to do about them, in German and English, by their names.

The modules' own messages are English and hold the places (file, line, host). What stands here says the same for
everyone, and in German.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.cao.faktura.plugins.plugin_utils._report.language.formats import Language


class Advice(t.NamedTuple):
    """What went wrong, as a heading, and what to do about it, as a sentence."""

    what: str
    to_do: str


_ERRORS: dict[str, dict[Language, Advice]] = {
    "file_not_found": {
        "de": Advice("Datei nicht gefunden", "Pfad, Besitzer und remote_src prüfen."),
        "en": Advice("File not found", "Check path, owner and remote_src."),
    },
    "not_a_backup": {
        "de": Advice("Keine Datensicherung", "Eine andere Datei wählen: .sql, .sql.gz oder ein ZIP mit genau einer."),
        "en": Advice("Not a backup", "Choose another file: .sql, .sql.gz, or a ZIP with exactly one of them."),
    },
    "password_required": {
        "de": Advice("Kennwort fehlt", "Das ZIP hat ein Kennwort; in CAO-Faktura steht es bei der Datensicherung."),
        "en": Advice("Password missing", "The ZIP has a password; CAO-Faktura has it in the settings of the backup."),
    },
    "wrong_password": {
        "de": Advice("Falsches Kennwort", "Das Kennwort bei der Datensicherung in CAO-Faktura nachsehen."),
        "en": Advice("Wrong password", "Look the password up in CAO-Faktura's settings of the backup."),
    },
    "checksum_mismatch": {
        "de": Advice("Prüfsumme stimmt nicht", "Die Datei noch einmal übertragen oder checksum berichtigen."),
        "en": Advice("Checksum does not match", "Transfer the file again, or put checksum right."),
    },
    "damaged": {
        "de": Advice("Datensicherung beschädigt", "Die Datei noch einmal übertragen oder neu sichern."),
        "en": Advice("Backup damaged", "Transfer the file again, or make a new backup."),
    },
    "truncated": {
        "de": Advice("Datensicherung unvollständig", "Am Ende fehlt etwas: noch einmal übertragen oder neu sichern."),
        "en": Advice("Backup incomplete", "Its end is missing: transfer it again, or make a new backup."),
    },
    "too_large": {
        "de": Advice("Datensicherung zu groß", "Prüfen, woher die Datei kommt: So groß kann keine entpackt sein."),
        "en": Advice("Backup too large", "Check where the file comes from: it unpacks to more than a backup can be."),
    },
    "forbidden_statement": {
        "de": Advice("Unerlaubter SQL-Befehl", "Klären, woher die Datei kommt; den Mandanten allein neu sichern."),
        "en": Advice("Forbidden statement", "Ask where the file comes from; make a backup of the Mandant alone."),
    },
    "encoding_ambiguous": {
        "de": Advice("Zeichensatz nicht eindeutig", "encoding: cp1252 oder encoding: utf-8 angeben."),
        "en": Advice("Encoding ambiguous", "Say encoding: cp1252 or encoding: utf-8."),
    },
    "missing_dependency": {
        "de": Advice("Python-Bibliothek fehlt", "Mit dem Befehl aus der Meldung nachinstallieren."),
        "en": Advice("Python library missing", "Install it with the command in the message."),
    },
    "connection_failed": {
        "de": Advice("Keine Verbindung zum Server", "Läuft der Datenbankserver? Host, Port, Benutzer und TLS prüfen."),
        "en": Advice("No connection to the server", "Is the database server running? Check host, port, user and TLS."),
    },
    "missing_privilege": {
        "de": Advice("Berechtigung fehlt", "Die Berechtigung erteilen; ohne RELOAD hilft reload_tables: false."),
        "en": Advice("Privilege missing", "Grant the privilege; without RELOAD, reload_tables: false helps."),
    },
    "mandant_missing": {
        "de": Advice("Mandant nicht vorhanden", "Den Namen der Datenbank prüfen oder create: true setzen."),
        "en": Advice("Mandant missing", "Check the name of the database, or set create: true."),
    },
    "mandant_in_use": {
        "de": Advice("Mandant wird benutzt", "CAO-Faktura auf allen Plätzen schließen, oder running_instances setzen."),
        "en": Advice("Mandant in use", "Close CAO-Faktura everywhere, or set running_instances."),
    },
    "locked": {
        "de": Advice("Mandant ist gesperrt", "Ein anderer Lauf arbeitet an diesem Mandanten: sein Ende abwarten."),
        "en": Advice("Mandant locked", "Another run works on this Mandant: wait for its end."),
    },
    "server_setting": {
        "de": Advice("Einstellung des Servers", "Die Einstellung aus der Meldung auf dem Datenbankserver ändern."),
        "en": Advice("Setting of the server", "Change the setting that the message names on the database server."),
    },
    "statement_failed": {
        "de": Advice("Der Server hat etwas abgelehnt", "Zeile prüfen; on_error: skip lässt sie aus wie der Assistent."),
        "en": Advice(
            "The server refused something", "Look at the line; on_error: skip leaves it out as the wizard does."
        ),
    },
    "verification_failed": {
        "de": Advice("Prüfung nicht bestanden", "Noch einmal ausführen; ins Fehlerprotokoll des Servers sehen."),
        "en": Advice("Verification failed", "Run again; look at the server's error log."),
    },
    "nothing_to_roll_back": {
        "de": Advice("Kein früherer Stand", "Es gibt keine Tabellen BACK_*, zu denen man zurückgehen könnte."),
        "en": Advice("Nothing to roll back", "There are no tables BACK_* to go back to."),
    },
    "would_replace_work": {
        "de": Advice(
            "Arbeit ginge verloren",
            "Nachsehen, was im Mandanten ist; replace: true ersetzt es, backup_first sichert es.",
        ),
        "en": Advice(
            "Work would be lost", "Look at what is in the Mandant; replace: true replaces it, backup_first saves it."
        ),
    },
    "incomplete": {
        "de": Advice(
            "Datensicherung unvollständig",
            "Neu sichern oder eine andere nehmen; incomplete: allow stellt her, was sie hat.",
        ),
        "en": Advice("Backup not whole", "Make it again, or take another; incomplete: allow restores what it has."),
    },
    "other_company": {
        "de": Advice(
            "Sicherung einer anderen Firma",
            "Datei und Mandant prüfen; stimmen beide, erlaubt es other_company: allow.",
        ),
        "en": Advice(
            "Backup of another company", "Check file and Mandant; if both are right, say other_company: allow."
        ),
    },
    "too_old": {
        "de": Advice("Sicherung zu alt", "Nachsehen, warum es keine neuere gibt; max_age sagt, wie alt sie sein darf."),
        "en": Advice("Backup too old", "Look why there is no newer one; max_age says how old it may be."),
    },
    "not_neutralised": {
        "de": Advice("Personen neben der Kopie", "previous: drop setzen und keine Tabellen mit Personen behalten."),
        "en": Advice("Persons beside the copy", "Say previous: drop, and keep no tables that hold persons."),
    },
    "check_failed": {
        "de": Advice("Prüfung nicht bestanden", "Der Mandant ist unverändert; eine andere Sicherung nehmen."),
        "en": Advice("Check failed", "The Mandant is unchanged; take another backup, or change the check."),
    },
    "newer_version": {
        "de": Advice("Neuere Version war hier", "Die Sammlung cao.faktura dort aktualisieren, wo das Playbook läuft."),
        "en": Advice("A newer version was here", "Update the collection cao.faktura where the playbook runs."),
    },
    # The names from here on are the report's own.
    "unreachable": {
        "de": Advice("Rechner nicht erreichbar", "Netz, SSH-Zugang und Anmeldung prüfen, dann noch einmal ausführen."),
        "en": Advice("Host unreachable", "Check network, SSH and login, then run again."),
    },
    "failed_before": {
        "de": Advice("Lauf vorher gescheitert", "Die genannte Aufgabe in der Ausgabe von Ansible nachsehen."),
        "en": Advice("The run failed before", "Look at the named task in Ansible's output."),
    },
    "interrupted": {
        "de": Advice("Lauf abgebrochen", "Noch einmal ausführen: Der Mandant ist der alte oder der neue, nie beides."),
        "en": Advice(
            "The run was interrupted", "Run again: the Mandant is the old one or the new one, never a mixture."
        ),
    },
    "hidden": {
        "de": Advice("Gescheitert, Meldung verborgen", "Die Aufgabe hat no_log: true; ohne das nennt sie den Grund."),
        "en": Advice("Failed, message hidden", "The task has no_log: true; without it the reason is told."),
    },
    "other": {
        "de": Advice("Aufgabe gescheitert", "Die Meldung nennt den Grund, zum Beispiel eine falsche Angabe."),
        "en": Advice("Task failed", "The message has the reason, for example a wrong option."),
    },
}

# The modules' English texts are more exact, so English needs none of its own. {table} is the finding's
# table, {dates} those in its text, {rest} what follows its last colon.
_FINDINGS_DE = {
    "no_registry": "Die Tabelle REGISTRY fehlt: Das ist kein ganzer Mandant von CAO-Faktura.",
    "rows_missing": "{table} hat keine Zeilen, obwohl ein benutzter Mandant dort immer welche hat.",
    "static_tables_left_out": "PLZ, BLZ oder LAND sind ohne Zeilen gesichert; CAO-Faktura füllt sie beim Start wieder.",
    "missing_end": "Das Ende scheint zu fehlen: Die Datensicherung ist vielleicht abgeschnitten.",
    "export_failed": "Das sichernde Programm ist selbst gescheitert und sagt es in der Datei (Tabelle {table}).",
    "promise_broken": "Die Datei kündigt mehr an, als in ihr steht: Zeilen, Tabellen oder weitere Teile.",
    "end_unknown": "Nichts sagt, wo die Datei endet: Ob hinten etwas fehlt, lässt sich nicht feststellen.",
    "tool_warning": "In der Datei steht eine Warnung des sichernden Programms (2>&1); sie bleibt weg.",
    "empty_enum": "{table} hat leere Werte in Spalten vom Typ ENUM; sie bleiben, wie sie sind.",
    "fewer_rows": "{table} hat weniger Zeilen als die Sicherung: von gleichen Schlüsseln behält sie nur einen.",
    "place_left_out": "Wo die Dateien von {table} auf dem alten Server lagen, bleibt weg.",
    "notes_left_out": "Was phpMyAdmin in seiner Datenbank phpmyadmin über die Tabellen notiert hat, bleibt weg.",
    "foreign_keys_left_out": "Fremdschlüssel von {table} bleiben weg: Die Engine der Tabelle hat keine.",
    "rows_dropped_by_dump": "Die Datei verwirft Zeilen von {table} später selbst (zwei Sicherungen in einer Datei?).",
    "back_tables": "Tabellen BACK_* einer früheren Rücksicherung stehen in der Datei und bleiben weg.",
    "definer_left_out": "Sichten und Trigger gehören dem Benutzer der Rücksicherung; der DEFINER bleibt weg.",
    "zip_files_left_out": "In der ZIP-Datei liegen auch Dateien von macOS oder Windows; sie bleiben weg.",
    "database_left_out": "Der Datenbankname aus der Datei bleibt weg; die Tabellen kommen in den Mandanten.",
    "bytes_look_like_utf8": "Die Datei sagt latin1, die Texte sind UTF-8; sie kommen an, wie die Datei es sagt.",
    "older_documents": "Im Mandanten sind neuere Belege als in der Sicherung{dates}; diese fehlen in ihr.",
    "spoilt_texts": "Umlaute sind schon in der Sicherung verdorben (Ã¼ statt ü) und bleiben, wie sie sind: {rest}",
    "dos_letters": "Umlaute sind die von DOS und kommen falsch an; mit encoding: cp850 stimmen sie: {rest}",
    "newer_db_version": "Die Datensicherung ist neuer als der Mandant: Ein älteres CAO-Faktura öffnet sie nicht.",
    "older_db_version": "Die Datensicherung ist älter als der Mandant; CAO-Faktura aktualisiert sie beim Start.",
}
_REPAIRS_DE = {
    "quoted_current_timestamp": "Der Vorgabewert CURRENT_TIMESTAMP stand als Text da und ist wieder eine Funktion",
    "copied_extra": "Ein Wort aus SHOW FIELDS, das kein Server annimmt, steht hinter der Spalte und bleibt weg",
    "lost_key_length": "Ein Schlüssel über eine lange Spalte hat seine Länge verloren; er umfasst 191 Zeichen",
    "decimal_comma": "Zahlen mit Komma bekommen den Punkt, den der Server liest",
    "flag_as_text": "True und False stehen für Y und N",
    "empty_date": "Ein leerer Text steht für das Nulldatum",
    "time_without_date": "Eine Uhrzeit ohne Datum steht für Delphis Tag 0, den 30.12.1899",
    "day_zero_timestamp": "Der 30.12.1899, Delphis Tag 0, passt in keinen TIMESTAMP und wird das Nulldatum",
}

_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b", re.ASCII)

ERROR_NAMES = frozenset(_ERRORS)


def advice(name: str, language: Language) -> Advice:
    """Return what a failure means and what to do; for a name that is not known, the general advice."""
    return _ERRORS.get(name, _ERRORS["other"])[language]


def finding_text(finding: t.Mapping[str, t.Any], language: Language) -> str:
    """Return one sentence about a finding; the module's own where there is none in the language."""
    text = _FINDINGS_DE.get(str(finding.get("name"))) if language == "de" else None
    own = str(finding.get("text", ""))
    if not text:
        return own
    dates = " / ".join(f"{day}.{month}.{year}" for year, month, day in _DATE.findall(own))
    return (
        text.replace("{table}", str(finding.get("table")))
        .replace("{dates}", f" ({dates})" if dates else "")
        .replace("{rest}", own.rpartition(": ")[2])
    )


def repair_text(repair: t.Mapping[str, t.Any], language: Language) -> str:
    """Return half a sentence about a repair, without its place."""
    text = _REPAIRS_DE.get(str(repair.get("name"))) if language == "de" else None
    return text or str(repair.get("text", ""))
