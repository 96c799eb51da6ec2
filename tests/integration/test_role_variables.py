# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every variable of every role by ``-e key=value``, as a text: it means what it says."""

from __future__ import annotations

import hashlib
import json
import typing as t
from pathlib import Path

import pytest
import yaml

from mandant import Mandant
from playbook_runner import PlaybookError, PlaybookRun, PlaybookRunner
from private_server import PrivateServer
from restoring import Restorer, articles, cao_backup, company

TREE = Path(__file__).resolve().parents[2]
ROLES = sorted(path.name for path in (TREE / "roles").iterdir())
EXAMPLE = TREE / "examples" / "CAO_backup_2026_11_02_18_05.zip"
REPLACED = "SELECT COUNT(*) FROM ARTIKEL"
# All that roles share, as texts.
COMMON = {
    "cao_hosts": "localhost",
    "cao_serial": "1,100%",
    "cao_max_fail_percentage": "0",
    "cao_throttle": "1",
    "cao_newest": "false",
    "cao_remote_src": "no",
    "cao_reload_tables": "false",
    "cao_wait_timeout": "5",
    "cao_keep_tables": "NOTIZ_*, KASSE_*",
    "cao_other_company": "allow",
}


class Texts:
    """Runs a playbook of the collection with variables that come by -e alone; the login is none of a text's matter."""

    def __init__(self, playbook: PlaybookRunner, mandant: Mandant) -> None:
        self._playbook = playbook
        login = mandant.server.login_of_roles
        self._login = {**login, "cao_login_port": str(login["cao_login_port"])}
        self._mandant = mandant.name

    def __call__(self, name: str, *, check: bool = False, **texts: str) -> PlaybookRun:
        texts = {**COMMON, "cao_mandant": self._mandant, **texts}
        arguments = [part for key, value in texts.items() for part in ("-e", f"{key}='{value}'")]
        return self._playbook.run(f"cao.faktura.{name}", variables=self._login, arguments=arguments, check=check)


@pytest.fixture
def texts(playbook: PlaybookRunner, mandant: Mandant) -> Texts:
    return Texts(playbook, mandant)


@pytest.fixture
def used(filled: Restorer) -> Restorer:
    """A Mandant that was restored, and that people have worked in since."""
    filled.mandant.query("INSERT INTO ARTIKEL (ARTNUM) VALUES ('NEU')")
    return filled


def _failed(run: PlaybookRun) -> list[str]:
    return [str(one.result.get("msg")) for one in run.tasks if one.failed]


def test_the_protection_of_a_roll_out_stays_on(texts: Texts, used: Restorer) -> None:
    other = used.write("other.sql", cao_backup(articles(7), company("Zwei")))
    for no in ("false", "no", "0", "False"):
        left = texts("rollout", cao_file=other, rollout_replace=no, cao_neutralise="", check=no != "false")
        assert left.returncode == 0, left.stdout
        assert "is left alone" in left.stdout
        assert "DEPRECATED" not in left.stdout
        assert used.mandant.query(REPLACED) == [(4,)]
    wanted = {"cao_file": other, "rollout_replace": "yes", "cao_neutralise": "mail,shop"}
    wrong = texts("rollout", **wanted, rollout_company="Drei", rollout_db_version="")
    assert wrong.returncode != 0
    assert "is of Zwei" in _failed(wrong)[-1]
    assert "expected company Drei, schema any" in _failed(wrong)[-1]
    assert used.mandant.query(REPLACED) == [(7,)]


def test_a_company_is_asked_only_of_what_the_run_has_brought(texts: Texts, filled: Restorer) -> None:
    same = str(filled.folder / "start.sql")
    for _run in range(2):
        filled.mandant.query("UPDATE FIRMA SET NAME1 = 'Laden Schmidt'")
        run = texts("rollout", cao_file=same, rollout_company="Eins", rollout_db_version="9.99", cao_neutralise="")
        assert run.returncode == 0, run.stdout


@pytest.mark.parametrize(
    ("variables", "states"),
    [
        ({"audit_fail_on": "drifted"}, "drifted"),
        ({"audit_fail_on": "old,drifted", "audit_max_age_days": "30"}, "drifted"),
        ({"audit_fail_on": "not_neutralised", "cao_neutralise": "mail"}, "drifted and not_neutralised"),
        ({"audit_fail_on": "old,missing", "audit_max_age_days": "30", "audit_verify": "full"}, None),
        ({"audit_fail_on": "not_neutralised", "audit_report": ""}, None),
    ],
    ids=str,
)
def test_an_audit_fails_on_what_it_is_told(
    texts: Texts, used: Restorer, variables: dict[str, str], states: str | None
) -> None:
    run = texts("audit", **variables)
    assert _failed(run) == ([f"{used.mandant.name} is {states}"] if states else []), run.stdout
    assert (run.returncode == 0) == (states is None)


def test_an_audit_knows_work_from_drift_and_the_age_of_backups(
    texts: Texts, used: Restorer, server: PrivateServer, tmp_path: Path
) -> None:
    report = tmp_path / "audit.json"
    told = {"audit_in_use": "yes", "audit_backups": f"{tmp_path}/CAO_backup_*.zip", "audit_max_backup_age": "26h"}
    told["audit_report"] = str(report)
    assert "drift cannot be said there" in _failed(texts("audit", audit_fail_on="missing, drift"))[0]
    run = texts("audit", **told, audit_fail_on="drifted, no_backup")
    assert _failed(run) == [f"{used.mandant.name} is in_use and no_backup"], run.stdout
    (tmp_path / "CAO_backup_2020_01_01_01_01.zip").write_bytes(EXAMPLE.read_bytes())
    used.mandant.query("ALTER TABLE FIRMA ADD COLUMN NEU int")
    run = texts("audit", **told, audit_fail_on="old_backup, drifted")
    assert _failed(run) == [f"{used.mandant.name} is drifted and in_use and old_backup"], run.stdout
    (found,) = json.loads(report.read_text(encoding="utf-8"))["mandanten"]
    assert (found["in_use"], found["drift"]) == (["ARTIKEL"], [{"name": "FIRMA", "what": "definition"}])
    assert found["newest_backup"]["path"].endswith("01.zip")
    assert found["newest_backup"]["date"].startswith("2020-01-01")
    # What cannot be compared is not in order.
    used.mandant.query("FLUSH TABLES")
    (server.folder / "data" / used.mandant.name / "FIRMA.MYI").write_bytes(b"x" * 100)
    run = texts("audit", **told, audit_fail_on="drifted", audit_verify="full")
    assert _failed(run) == [f"{used.mandant.name} is drifted and old_backup"], run.stdout
    (found,) = json.loads(report.read_text(encoding="utf-8"))["mandanten"]
    assert found["drift"] == []
    assert any("drift" in one for one in found["not_seen"])


def test_a_number_of_days_is_a_number(texts: Texts, used: Restorer) -> None:
    used.mandant.query(
        'UPDATE BACK_RESTORE_MARKER SET content = REGEXP_REPLACE(content, \'"restored_at": *"20[0-9]{2}\','
        ' \'"restored_at": "2001\')'
    )
    assert texts("audit", audit_fail_on="old", audit_max_age_days="9").returncode != 0
    assert texts("audit", audit_fail_on="old", audit_max_age_days="0").returncode == 0


@pytest.mark.usefixtures("filled")
def test_numbers_and_flags_of_backups(texts: Texts, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    for keep in ("0", "1"):
        run = texts("backup", backup_dest=str(folder), backup_keep=keep, backup_static_tables="false")
        assert run.returncode == 0, run.stdout
    assert len(list(folder.glob("*.zip"))) == 1


def test_a_reset_takes_its_texts(texts: Texts, used: Restorer) -> None:
    same = str(used.folder / "start.sql")
    run = texts("demo_mandants", cao_file=same, cao_neutralise="", demo_mandants_window="")
    assert run.returncode == 0, run.stdout
    assert used.mandant.query(REPLACED) == [(3,)]


def test_the_way_back_asks_which_restore_is_meant(texts: Texts, used: Restorer) -> None:
    path = used.write("other.sql", cao_backup(articles(7), company("Eins")))
    checksum = "sha256:" + hashlib.sha256(Path(path).read_bytes()).hexdigest()
    other = "sha256:" + "0" * 64
    used.run(path, policy="always")
    for unclear in ({}, {"rollback_any": "false"}, {"rollback_any": "true", "rollback_checksum": checksum}):
        run = texts("rollback", **unclear)
        assert "Set rollback_checksum" in _failed(run)[0]
        assert used.mandant.query(REPLACED) == [(7,)]
    # What the inventory says that a file must be does not decide about the way back.
    assert texts("rollback", rollback_checksum=other, cao_checksum=checksum).returncode == 0
    assert used.mandant.query(REPLACED) == [(7,)]
    run = texts("rollback", rollback_checksum=checksum, cao_checksum=other, rollback_any="no")
    assert (run.returncode, "DEPRECATED" in run.stdout) == (0, False), run.stdout
    assert used.mandant.query(REPLACED) == [(4,)]
    assert texts("rollback", rollback_any="true", cao_checksum=other).returncode == 0
    assert used.mandant.query(REPLACED) == [(7,)]
    last = Path(used.write("last.sql", cao_backup(articles(9), company("Eins"))))
    used.run(str(last), policy="always")
    run = texts("rollback", cao_checksum="sha256:" + hashlib.sha256(last.read_bytes()).hexdigest())
    assert "say rollback_checksum" in run.stdout
    assert used.mandant.query(REPLACED) == [(7,)]


def test_the_role_restore_installs_nothing_that_was_not_wanted(playbook: PlaybookRunner, mandant: Mandant) -> None:
    login = mandant.server.login_of_roles
    # Strings within the list, as a survey fills them in.
    wanted = {"mandant": mandant.name, "file": str(EXAMPLE), "password": "Kräutergarten", "remote_src": "yes"}
    flags = ("create", "replace", "newest")
    wanted.update(dict.fromkeys(flags, "false"), wait_timeout="5", neutralise="mail,shop", keep_tables="NOTIZ_*")
    run = playbook.run(
        "cao.faktura.restore",
        variables={**login, "restore_mandanten": [wanted]},
        arguments=["-l", "all", "-e", "restore_install_libraries=false", "-e", "restore_break_system_packages=no"],
    )
    assert run.returncode == 0, run.stdout
    assert [one.status for one in run.tasks if one.task.endswith("Install the Python libraries")] == ["skipped"]
    assert len(mandant.tables()) == 74


def test_the_role_restore_takes_the_one_mandant_of_a_host(texts: Texts, used: Restorer) -> None:
    """By the variables of the other roles, and each as a text."""
    path = used.write("other.sql", cao_backup(articles(7), company("Eins")))
    wanted = {"cao_file": path, "cao_checks_timeout": "9", "cao_create": "no", "cao_scratch": "no"}
    left = texts("restore", **wanted)
    (result,) = (one["results"] for one in left.tasks if one.action == "cao.faktura.mandant_restore")
    assert [one["error"] for one in result] == ["would_replace_work"], left.stdout
    run = texts("restore", **wanted, cao_policy="always", cao_tables="ARTIKEL, FIRMA", cao_neutralise="mail, shop")
    assert run.returncode == 0, run.stdout
    assert used.mandant.query(REPLACED) == [(7,)]
    nobody = texts("restore", cao_file="")
    assert "cao_mandant and cao_file, or restore_mandanten" in _failed(nobody)[-1]


def test_a_list_of_mandanten_takes_nothing_of_the_one(playbook: PlaybookRunner, used: Restorer) -> None:
    """The inventory may say of a host's own Mandant what a training copy must not get."""
    path = used.write("other.sql", cao_backup(articles(7), company("Eins")))
    own = {"cao_mandant": "cao_nirgends", "cao_file": "x.zip", "cao_checksum": "none", "cao_neutralise": ["mail"]}
    listed = [{"mandant": used.mandant.name, "file": path, "policy": "always", "remote_src": True}]
    variables = {**used.mandant.server.login_of_roles, **own, "restore_mandanten": listed}
    run = playbook.run("cao.faktura.restore", variables=variables, arguments=["-l", "all"])
    assert run.returncode == 0, run.stdout
    assert used.mandant.query(REPLACED) == [(7,)]


@pytest.mark.parametrize("play", ["restore", "rollout"])
def test_a_variable_that_is_misspelled_is_no_silent_nothing(texts: Texts, used: Restorer, play: str) -> None:
    path = used.write("other.sql", cao_backup(articles(7), company("Eins")))
    run = texts(play, cao_file=path, cao_neutralize="mail", cao_policy="always", rollout_existing="replace")
    assert run.returncode != 0
    assert "cao_neutralise is. Correct its name" in run.stdout
    assert used.mandant.query(REPLACED) == [(4,)]


def test_a_drill(texts: Texts, used: Restorer) -> None:
    path = used.write("1.sql", cao_backup(articles(3), company("Eins")))
    before = used.mandant.checksums()
    never = "{{ '%H:%M' | strftime(now().timestamp() + 7200) }}-{{ '%H:%M' | strftime(now().timestamp() + 10800) }}"
    closed = texts("drill", cao_file=path, drill_window=never)
    assert closed.returncode == 0, closed.stdout
    assert not [one for one in closed.tasks if one.action.startswith("cao.faktura.") and one.status == "ok"]
    copy = f"{used.mandant.name}_probe"
    run = texts("drill", cao_file=path, drill_database=copy, drill_fail="no", cao_max_age="9999d", drill_report="")
    assert run.returncode == 0, run.stdout
    done = [(one.action, one["action"]) for one in run.tasks if one.action.startswith("cao.faktura.mandant_re")]
    assert done == [("cao.faktura.mandant_restore", "created"), ("cao.faktura.mandant_remove", "removed")]
    itself = texts("drill", cao_file=path, drill_database=used.mandant.name.upper())
    assert itself.returncode != 0
    assert "the Mandant itself" in _failed(itself)[-1]
    assert used.mandant.checksums() == before


def _required() -> t.Iterator[tuple[str, str, dict[str, t.Any]]]:
    """Give each role, each of its required variables, and what else it has to be told."""
    some = {"cao_mandant": "cao_nirgends", "cao_file": "x.sql", "backup_dest": "/nirgends", "restore_mandanten": []}
    for role in ROLES:
        specs = yaml.safe_load((TREE / "roles" / role / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
        options = specs["argument_specs"]["main"]["options"]
        required = [name for name, option in options.items() if option.get("required")]
        for name in required:
            yield role, name, {other: some[other] for other in required if other != name}


def test_what_is_required_and_missing_fails(playbook: PlaybookRunner) -> None:
    plays = [
        {
            "hosts": "all",
            "gather_facts": False,
            "tasks": [
                {
                    "block": [
                        {"ansible.builtin.include_role": {"name": f"cao.faktura.{role}"}, "vars": given},
                        {"ansible.builtin.debug": {"msg": "not asked"}},
                    ],
                    "rescue": [{"ansible.builtin.debug": {"msg": f"{role}: {name}"}}],
                }
            ],
        }
        for role, name, given in _required()
    ]
    run = playbook.run(plays)
    said = [one["msg"] for one in run.tasks if one.action.endswith("debug")]
    assert said == [f"{role}: {name}" for role, name, _given in _required()]
    refused = [one["msg"] for one in run.tasks if one.failed]
    assert len(refused) == len(said)
    for message, (_role, name, _given) in zip(refused, _required()):
        assert "missing required arguments" in message
        assert name in message


def test_the_login_is_that_of_the_play_and_never_that_of_nobody(playbook: PlaybookRunner, filled: Restorer) -> None:
    """A server that happens to run on the host is met by no role that was told of none."""
    mandant = filled.mandant
    defaults = [{"group/cao.faktura.faktura": mandant.login()}]
    role = {"ansible.builtin.include_role": {"name": "cao.faktura.audit"}, "vars": {"cao_mandant": mandant.name}}
    play = {"hosts": "all", "gather_facts": False}
    told = playbook.run([{**play, "module_defaults": defaults, "tasks": [role]}])
    assert told.returncode == 0, told.stdout
    given = [{"mandant": mandant.name, "file": "x.sql", "remote_src": True}]
    restoring = {"ansible.builtin.include_role": {"name": "cao.faktura.restore"}, "vars": {"restore_mandanten": given}}
    rescued = [
        {"block": [task], "rescue": [{"ansible.builtin.debug": {"msg": "refused"}}]} for task in (role, restoring)
    ]
    run = playbook.run([{**play, "tasks": rescued}])
    assert len(_failed(run)) == 2
    for name in ("audit", "restore"):
        assert f"The role cao.faktura.{name} was not told which database server is meant" in run.stdout


@pytest.mark.parametrize("name", ["restore", "rollout", "rollback", "backup", "prepare"])
def test_a_playbook_that_changes_anything_asks_for_its_hosts(playbook: PlaybookRunner, name: str) -> None:
    with pytest.raises(PlaybookError, match="Say which hosts are meant"):
        playbook.run(f"cao.faktura.{name}", variables={"restore_mandanten": []})


@pytest.mark.parametrize("name", ["restore", "audit", "demo_mandants"])
def test_a_group_that_is_misspelled_fails(playbook: PlaybookRunner, name: str) -> None:
    with pytest.raises(PlaybookError, match="No host of the inventory is meant by cao_hosts=custmers"):
        playbook.run(f"cao.faktura.{name}", arguments=["-e", "cao_hosts=custmers"])


@pytest.mark.usefixtures("filled")
def test_an_empty_guard_is_no_guard_less(texts: Texts, tmp_path: Path) -> None:
    """A variable of the vault that is empty opens no ZIP, and lets no other file in."""
    for play, given in (
        ("backup", {"backup_dest": str(tmp_path), "cao_backup_password": ""}),
        ("demo_mandants", {"cao_file": str(tmp_path / "start.sql"), "cao_checksum": ""}),
        ("demo_mandants", {"cao_file": str(tmp_path / "start.sql"), "cao_max_age": ""}),
    ):
        run = texts(play, **given)
        assert run.returncode != 0, run.stdout
        assert list(tmp_path.glob("*.zip")) == []
