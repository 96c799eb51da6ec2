# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check mode says what the run then does, in whatever state a Mandant is, and a second run has nothing to do."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mandant import Mandant
from restoring import Restorer, articles, cao_backup, cao_table, company, roll_back

BACKUPS = {
    "first": cao_backup(articles(3, "eins"), company("Müller"), cao_table("LEER", ["A int(11)"], [])),
    "second": cao_backup(articles(5, "zwei"), company("Müller")),
    "refused": cao_backup(articles(3, bad={2: "'2','A2','x','y'"}), company("Müller")),
}


def _clear(mandant: Mandant) -> None:
    for name in mandant.tables():
        mandant.query(f"DROP TABLE `{name}`")


def _empty(mandant: Mandant) -> None:
    for name in mandant.tables():
        if not name.startswith("BACK_"):
            mandant.query(f"DELETE FROM `{name}`")


# What may have happened to a Mandant, each on top of what happened before.
HAPPENED: dict[str, t.Callable[[Restorer], object]] = {
    "database dropped": lambda one: one.mandant.drop(),
    "tables dropped": lambda one: _clear(one.mandant),
    "rows deleted": lambda one: _empty(one.mandant),
    "made by hand": lambda one: [
        one.mandant.query("CREATE TABLE IF NOT EXISTS NOTIZEN (A INT)"),
        one.mandant.query("INSERT INTO NOTIZEN VALUES (1)"),
    ],
    "first restored": lambda one: one.run(str(one.folder / "first"), policy="always"),
    "second restored": lambda one: one.run(str(one.folder / "second"), policy="always"),
    "first neutralised": lambda one: one.run(
        str(one.folder / "first"), policy="always", neutralise=frozenset(["mail"])
    ),
    "first as cp850": lambda one: one.run(str(one.folder / "first"), policy="always", encoding="cp850"),
    "rows skipped": lambda one: one.run(str(one.folder / "refused"), policy="always", on_error="skip"),
    "previous dropped": lambda one: one.run(str(one.folder / "second"), policy="always", previous="drop"),
    "worked in": lambda one: one.mandant.query("UPDATE FIRMA SET ORT = CONCAT(ORT, 'x')"),
    "table lost": lambda one: one.mandant.query("DROP TABLE FIRMA"),
    "rolled back": roll_back,
    "marker lost": lambda one: one.mandant.query("DROP TABLE BACK_RESTORE_MARKER"),
    "marker of a newer version": lambda one: one.mandant.query(
        "UPDATE BACK_RESTORE_MARKER SET content = REPLACE(content, '\"format\": 1', '\"format\": 2')"
    ),
    "marker spoilt": lambda one: one.mandant.query("UPDATE BACK_RESTORE_MARKER SET content = 'x'"),
    "end not noted": lambda one: one.mandant.query("DELETE FROM BACK_RESTORE_MARKER WHERE kind = 'finished'"),
    "shadow left over": lambda one: one.mandant.query("CREATE TABLE IF NOT EXISTS BACK_RESTORE_NEW_0001 (A INT)"),
    "generation before worked in": lambda one: one.mandant.query("UPDATE BACK_FIRMA SET ORT = CONCAT(ORT, 'y')"),
}
OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "policy": st.sampled_from(["once", "enforce", "always"]),
        "replace": st.booleans(),
        "neutralise": st.sampled_from([frozenset(), frozenset(["mail"])]),
        "encoding": st.sampled_from(["auto", "cp1252", "cp850"]),
        "repairs": st.sampled_from(["apply", "refuse"]),
        "on_error": st.sampled_from(["fail", "skip"]),
        "previous": st.sampled_from(["keep", "drop"]),
        "engine": st.sampled_from(["InnoDB", None]),
        "keep_tables": st.sampled_from([(), ("notiz*",), ("leer",)]),
    },
)


@dataclass(frozen=True)
class Answer:
    """What a run says of what it did, or would do."""

    error: str | None
    told: tuple[object, ...]


def _answer(restorer: Restorer, path: str, *, check: bool, **options: t.Any) -> Answer:
    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    try:
        outcome = restorer.run(path, check=check, **options)
    except Failure as failure:
        return Answer(failure.error, (failure.msg,))
    restored = outcome.restore or {}
    told = (outcome.changed, outcome.action, outcome.reason, outcome.drift, outcome.analysis, restored.get("previous"))
    return Answer(None, told)


def _happen(restorer: Restorer, states: t.Iterable[str]) -> None:
    """Bring the Mandant into a state; what cannot happen in it does not."""
    import pymysql

    from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure

    for state in states:
        try:
            HAPPENED[state](restorer)
        except (pymysql.err.MySQLError, Failure):
            continue


@given(
    states=st.lists(st.sampled_from(sorted(HAPPENED)), max_size=5),
    backup=st.sampled_from(sorted(BACKUPS)),
    options=OPTIONS,
)
# A restore that was killed behind its swap is brought to its end, and is then that backup.
@example(["first restored", "end not noted"], "first", {})
@example(["first restored", "end not noted"], "first", {"policy": "enforce"})
@example(["first restored", "end not noted", "worked in"], "second", {})
@example(["first restored", "end not noted"], "refused", {"replace": True})
@example(["first restored", "shadow left over"], "first", {})
@example(["first restored", "worked in", "second restored"], "first", {})
@example(["made by hand", "first restored", "rolled back"], "first", {})
@example(["made by hand", "first restored", "rolled back", "end not noted"], "second", {})
@example(["first restored", "table lost"], "first", {})
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_check_mode_says_what_the_run_does(
    restorer: Restorer, states: list[str], backup: str, options: dict[str, t.Any]
) -> None:
    from ansible_collections.cao.faktura.plugins.module_utils._mandant.wanted import Wanted

    mandant = restorer.mandant
    mandant.drop()
    mandant.create()
    for name, content in BACKUPS.items():
        restorer.write(name, content)
    _happen(restorer, states)
    path = str(restorer.folder / backup)
    before = _seen(mandant)
    forecast = _answer(restorer, path, check=True, **options)
    assert _seen(mandant) == before
    answer = _answer(restorer, path, check=False, **options)
    assert forecast == answer
    if answer.error is not None:
        assert _work(_seen(mandant)) == _work(before)
        return
    again = _answer(restorer, path, check=False, **options)
    wanted = Wanted(mandant.name, **options)
    assert again.told[0] is (wanted.policy == "always")


def _seen(mandant: Mandant) -> dict[str, int | None]:
    found = mandant.server.admin("SHOW DATABASES LIKE %s", (mandant.name.replace("_", "\\_"),))
    return mandant.checksums() if found else {}


def _work(found: dict[str, int | None]) -> dict[str, int | None]:
    """Return what is not left over of a run."""
    return {name: value for name, value in found.items() if not name.startswith("BACK_RESTORE_")}
