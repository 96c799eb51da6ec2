# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a helper proves ahead, and what the first pass has proven for the second, changes nothing but the time."""

from __future__ import annotations

import datetime
import gzip
import os
import random
import select
import signal
import socket
import typing as t
from pathlib import Path

import pytest

from ansible_collections.cao.faktura.plugins.module_utils._backup.analyse import proving_process as ahead
from ansible_collections.cao.faktura.plugins.module_utils._backup.backup import Backup, open_backup
from ansible_collections.cao.faktura.plugins.module_utils._backup.failure import Failure
from ansible_collections.cao.faktura.plugins.module_utils._backup.sql.inserts import kept_rows, proven_rows
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack import container as unpack
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack import second_process
from ansible_collections.cao.faktura.plugins.module_utils._backup.unpack import unpacking_process as unpack_ahead
from ansible_collections.cao.faktura.plugins.module_utils._backup.write.zip_writer import (
    Member,
    PackEncryption,
    write_zip,
)
from dumps import CAO_HEAD

CHUNK_BYTES = 4096
TABLE = b"create table %s (ID int(11) not null, TEXT_A varchar(80), PREIS decimal(12,2), DATUM date);\r\n"
ODD = (
    b"'7','-- x','1,50',''",
    b"'7','a);\r\nINSERT INTO A VALUES (''x',NULL,NULL",
    b"0x37, 'spaced' ,NULL,NULL",
    b"'7','" + b"lang " * 2000 + b"\xfc',NULL,NULL",
)


@pytest.fixture(autouse=True)
def _small_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "CHUNK_BYTES", CHUNK_BYTES)
    monkeypatch.setattr(unpack, "CHUNK_BYTES", CHUNK_BYTES)
    monkeypatch.setattr(ahead, "TAIL_BYTES", 1024)
    monkeypatch.setattr(ahead, "_FILE_BYTES", 0)
    monkeypatch.setattr(unpack, "_WORTH_BYTES", 0)
    monkeypatch.setattr(second_process, "_cores", lambda: 2)


def _row(dice: random.Random, number: int) -> bytes:
    texts = ("Schraube M4", "Größe; ()", "it\\'s \\\\", "", "50 %", "Zeile\\r\\nzwei")
    text = texts[dice.randrange(len(texts))].encode("cp1252")
    price = (b"'1.50'", b"NULL", b"'-0.01'")[dice.randrange(3)]
    return b"'%d','%s',%s,'2026-11-%02d'" % (number, text, price, dice.randrange(1, 29))


def _single(seed: int, odd_share: float) -> bytes:
    """Return a backup in CAO's layout: an INSERT a row, tables by turns."""
    dice = random.Random(seed)
    sql = CAO_HEAD + TABLE % b"A" + TABLE % b"B"
    for _table in range(4):
        name = dice.choice((b"A", b"B"))
        for number in range(dice.randrange(50, 600)):
            row = dice.choice(ODD) if dice.random() < odd_share else _row(dice, number)
            sql += b"INSERT INTO %s VALUES (%s);\r\n" % (name, row)
    return sql


def _multi(seed: int, odd_share: float) -> bytes:
    """Return the like with many rows an INSERT."""
    dice = random.Random(seed)
    sql = CAO_HEAD + TABLE % b"A" + TABLE % b"B"
    for _statement in range(20):
        rows = [
            dice.choice(ODD[:1] + ODD[3:]) if dice.random() < odd_share else _row(dice, number)
            for number in range(dice.randrange(1, 300))
        ]
        sql += b"INSERT INTO %s VALUES (%s);\n" % (dice.choice((b"A", b"B")), b"),(".join(rows))
    return sql


def _other(seed: int, odd_share: float) -> bytes:
    """Return the like as another program writes it: numbers without quotes, and a line for each row."""
    dice = random.Random(seed)
    sql = b"-- MariaDB dump 10.19\n" + TABLE % b"A" + TABLE % b"B"
    for _statement in range(20):
        rows = [
            b"7,'x),\n(8','-1',NULL" if dice.random() < odd_share else _row(dice, number).replace(b"'", b"", 2)
            for number in range(dice.randrange(1, 300))
        ]
        sql += b"INSERT INTO %s VALUES\n(%s);\n" % (dice.choice((b"A", b"A", b"A", b"B")), b"),\n(".join(rows))
    return sql + b"-- Dump completed\n"


def _seen(backup: Backup) -> tuple[t.Any, ...]:
    """Return all that comes of both passes."""
    analysis = backup.analysis
    rows = [(row.table, row.text, row.line, row.statement) for run in backup.rows() for row in run.singles()]
    return analysis.to_result(), analysis.longest_rows, analysis.sql_sha256, rows


@pytest.mark.parametrize("odd_share", [0.0, 0.002, 0.02])
@pytest.mark.parametrize("make", [_single, _multi, _other])
def test_all_is_as_without_help(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: t.Callable[[int, float], bytes], odd_share: float
) -> None:
    for seed in range(3):
        path = tmp_path / "dump.sql"
        path.write_bytes(make(seed, odd_share))
        with open_backup(str(path)) as backup:
            helped = _seen(backup)
        with monkeypatch.context() as patched:
            patched.setattr(second_process, "_cores", lambda: 1)
            patched.setattr(proven_rows.FirstPass, "find", lambda *_what: None)
            with open_backup(str(path)) as backup:
                alone = _seen(backup)
        assert helped == alone, f"seed {seed}"


@pytest.mark.parametrize("head", [b"", b"-- MariaDB dump 10.19\n"])
def test_windows_are_really_proven_ahead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, head: bytes) -> None:
    path = tmp_path / "dump.sql"
    rows = [_row(random.Random(1), number) for number in range(3000)]
    if head:
        # A statement ends within most windows, and those of the helper reach beyond it.
        sql = b"".join(
            b"INSERT INTO A VALUES\n(%s);\n" % b"),\n(".join(rows[first : first + 150]) for first in range(0, 3000, 150)
        )
        path.write_bytes(head + TABLE % b"A" + sql + b"-- Dump completed\n")
    else:
        sql = b"".join(b"INSERT INTO A VALUES (%s);\r\n" % row for row in rows)
        path.write_bytes(CAO_HEAD + TABLE % b"A" + sql)
    taken: list[int] = []
    found = ahead.Ahead.find

    def counted(self: ahead.Ahead, start: int, *rest: t.Any) -> t.Any:
        stretch = found(self, start, *rest)
        taken.append(0 if stretch is None else stretch.end - start)
        return stretch

    monkeypatch.setattr(ahead.Ahead, "find", counted)
    with open_backup(str(path)) as backup:
        assert backup.analysis.rows == 3000
        assert sum(taken) > 0.9 * len(sql)
        # And the second pass has no row to prove but those that the first has read one by one.
        assert sum(run.count for run in backup.rows() if run.count > 1) > 2900
        assert len(_starts(backup)) == 0, "these are smaller than what is worth keeping"


def _starts(backup: Backup) -> t.Sequence[int]:
    """Return where the proofs begin that are kept for the second pass."""
    assert backup._proofs is not None
    return backup._proofs.starts


def _large(path: Path, rows: int = 30_000) -> bytes:
    sql = CAO_HEAD + TABLE % b"A"
    sql += b"".join(b"INSERT INTO A VALUES (%s);\r\n" % _row(random.Random(1), number) for number in range(rows))
    path.write_bytes(sql)
    return sql


def _packed(path: Path, kind: str, sql: bytes) -> str | None:
    """Write a packed backup and return its password."""
    if kind == "gz":
        path.write_bytes(gzip.compress(sql, 1))
    if kind in ("gz", "sql"):
        return None
    with open(path, "wb") as file:
        encryption: PackEncryption = t.cast("PackEncryption", kind)
        write_zip(
            file,
            iter([sql]),
            member=Member("dump.sql", datetime.datetime(2026, 11, 2)),
            encryption=encryption,
            password=b"geheim",
        )
    return "geheim"


@pytest.mark.parametrize("odd_share", [0.0, 0.002, 0.02])
@pytest.mark.parametrize("make", [_single, _multi, _other])
def test_packed_rows_are_as_without_help(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: t.Callable[[int, float], bytes], odd_share: float
) -> None:
    # With few slots the helper has to wait, and proves meanwhile, most of the time.
    monkeypatch.setattr(unpack_ahead, "_SLOTS", 3)
    path = tmp_path / "dump.gz"
    _packed(path, "gz", make(7, odd_share))
    with open_backup(str(path)) as backup:
        helped = _seen(backup)
    monkeypatch.setattr(second_process, "_cores", lambda: 1)
    with open_backup(str(path)) as backup:
        assert _seen(backup) == helped


def test_packed_rows_are_really_proven_by_the_helper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "dump.gz"
    dice = random.Random(1)
    rows = [b"INSERT INTO A VALUES (%s);\r\n" % _row(dice, number) for number in range(3000)]
    _packed(path, "gz", CAO_HEAD + TABLE % b"A" + b"".join(rows))
    proven: list[int] = []
    taken: dict[int, int] = {}
    found = ahead.PackedAhead.find

    def patient(self: ahead.PackedAhead, start: int, *rest: t.Any) -> t.Any:
        stretch = found(self, start, *rest)
        # The helper has no slot left, as its reader is here: so it proves, and says so.
        while not proven and not self._proven:
            assert self._unpacking is not None
            assert select.select([self._unpacking._line], [], [], 30)[0]
            self._known(start, self._unpacking)
        proven.extend(next(iter(self._proven.values()), {}) if not proven else ())
        if stretch is not None:
            taken[start] = stretch.rows
        return stretch

    monkeypatch.setattr(ahead.PackedAhead, "find", patient)
    with open_backup(str(path)) as backup:
        assert backup.analysis.rows == 3000
    assert taken[proven[0]] > 20


def test_chunks_are_proven_for_the_order_that_came_last() -> None:
    rows = b"".join(b"('%d','x'),\n" % number for number in range(2000))
    chunks = [memoryview(rows[at : at + CHUNK_BYTES]) for at in range(0, 3 * CHUNK_BYTES, CHUNK_BYTES)]
    key, other = ((("", ""), b",", b",\n"), b";"), ((("", "", ""), b",", b",\n"), b";")
    prover = ahead._Prover()
    answer = prover((1, key), 2, chunks[1], chunks[2])
    assert answer is not None
    assert answer[:2] == (1, 2)
    ((start, stretch),) = answer[2].items()
    assert rows[start - 2 : start + 1] == rows[stretch.end - 2 : stretch.end + 1] == b",\n("
    assert 2 * CHUNK_BYTES - 1024 <= start < 2 * CHUNK_BYTES < stretch.end <= 3 * CHUNK_BYTES
    assert stretch.rows == rows.count(b"\n", start, stretch.end)
    # A style that no row is of is given up, until something else is wanted.
    answers = [prover((2, other), 2, chunks[1], chunks[2]) for _time in range(proven_rows.MISSES_LIMIT + 2)]
    assert [found is None for found in answers] == [False] * (proven_rows.MISSES_LIMIT + 1) + [True]
    assert prover((3, key), 2, chunks[1], chunks[2]) == (3, 2, answer[2])


def test_windows_are_proven_for_the_key_that_was_told_last() -> None:
    rows = b"".join(b"('%d','x'),\n" % number for number in range(2000))
    key, other = ((("", ""), b",", b",\n"), b";"), ((("", "", ""), b",", b",\n"), b";")
    ends = socket.socketpair()
    ours, theirs = map(second_process.Line, ends)
    for said in ((1, key), (1, 2), (2, other), (2, 2)):
        ours.send(said)
    ends[0].shutdown(socket.SHUT_WR)
    with pytest.raises(EOFError):
        ahead._prove_all(lambda start, size_bytes: rows[start : start + size_bytes], theirs)
    run, number, window = ours.receive()
    assert (run, number) == (1, 2)
    assert sum(stretch.rows for stretch in window.values()) > 200
    run, number, window = ours.receive()
    assert (run, number, sum(stretch.rows for stretch in window.values())) == (2, 2, 0)
    assert not ours.is_waiting()
    ours.close()
    theirs.close()


def _packed_container(chunks: bytes) -> unpack.Container:
    """Return what a packed file of these bytes would be; nothing is packed, as nobody looks."""
    return unpack.Container(size_bytes=len(chunks), kind="gz", pieces=lambda _told: iter([chunks]))


def test_only_what_is_asked_for_now_is_found(tmp_path: Path) -> None:
    many = b"INSERT INTO A VALUES " + b",".join(b"('%d','x')" % number for number in range(60)) + b";\n"
    asked, other = (("", ""), b",", b","), (("", "", ""), b",", b",")
    container = _packed_container(many * 200)
    with open(tmp_path / "file", "wb") as file:
        packed = ahead.PackedAhead(container, file.fileno())
        assert packed.find(0, asked, b";") is None, "no pass is being read"
        packed = ahead.PackedAhead(container, file.fileno())
        chunks = container.chunks()
        next(chunks)
        unpacking = packed._unpacking
        assert unpacking is not None
        assert packed.find(0, asked, b";") is None
        while not packed._proven:
            assert select.select([unpacking._line], [], [], 30)[0]
            packed._known(0, unpacking)
        assert len(packed._proven) == 1
        number, window = next(iter(packed._proven.items()))
        starts = sorted(start for start, stretch in window.items() if stretch.rows)
        assert starts[0] < number * CHUNK_BYTES < starts[-1], "of rows behind the end of a statement as well"
        assert [packed.find(start, asked, b";") for start in starts] == [window[start] for start in starts]
        # What the helper has answered before it hears of another style is of no use.
        unpacking._answers.append((packed._order, number, window))
        packed.find(starts[-1], other, b";")
        assert packed.find(starts[-1], other, b";") is None
        assert packed.find(starts[-1], other, b";") is None
        container.close()


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[second_process.Helper]:
    """Return the helpers that a test starts."""
    helpers: list[second_process.Helper] = []
    real = second_process.start

    def start(*what: t.Any) -> second_process.Helper | None:
        helpers.append(t.cast("second_process.Helper", real(*what)))
        return helpers[-1]

    monkeypatch.setattr(second_process, "start", start)
    return helpers


@pytest.mark.parametrize("kind", ["sql", "gz", "zipcrypto", "aes256"])
def test_a_helper_that_dies_leaves_the_work_to_us(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, started: list[second_process.Helper], kind: str
) -> None:
    path = tmp_path / "dump"
    password = _packed(path, kind, _large(path))
    with monkeypatch.context() as patched, open_backup(str(path), password=password) as backup:
        patched.setattr(second_process, "_cores", lambda: 1)
        expected = _seen(backup)
    calls: list[int] = []

    def progress(_phase: str, bytes_read: int) -> None:
        calls.append(bytes_read)
        if len(calls) == 100:
            os.kill(started[-1]._process, signal.SIGKILL)

    for watcher in (lambda _phase, _bytes: None, progress):
        with open_backup(str(path), password=password) as backup:
            backup.watch(watcher)
            assert _seen(backup) == expected
            assert backup.bytes_read == path.stat().st_size
    assert len(calls) > 100
    assert len(started) == 3, "without a second core none is made"
    assert started[0] is None


def test_damage_and_passes_that_are_given_up_are_as_without_help(
    tmp_path: Path, started: list[second_process.Helper]
) -> None:
    path = tmp_path / "dump"
    password = _packed(path, "aes256", _large(path))
    with open_backup(str(path), password=password) as backup:
        expected = _seen(backup)
        given_up = backup.rows()
        next(given_up)
        assert _seen(backup) == expected
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] + bytes([whole[len(whole) // 2] ^ 1]) + whole[len(whole) // 2 + 1 :])
    with open_backup(str(path), password=password) as backup, pytest.raises(Failure, match="is damaged") as caught:
        backup.analysis.to_result()
    assert caught.value.error == "damaged"
    assert len(started) == 2


def test_other_bytes_in_the_second_pass_are_refused_before_they_are_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_rows, "KEPT_BYTES", 0)
    monkeypatch.setattr(unpack, "CHUNK_BYTES", 1 << 16)
    monkeypatch.setattr(ahead, "CHUNK_BYTES", 1 << 16)
    path = tmp_path / "dump.sql"
    sql = _large(path)
    place = sql.index(b"'2026-11-", len(sql) // 2)
    with open_backup(str(path)) as backup:
        assert backup.analysis.rows == 30_000
        assert len(_starts(backup)) > 10
        with open(path, "r+b") as file:
            file.seek(place)
            file.write(b"9")
        seen = []
        with pytest.raises(Failure, match="not the same as when it was analysed") as caught:
            seen.extend(run.text for run in backup.rows())
    assert caught.value.error == "damaged"
    assert seen
    assert not any(b"92026-11" in text for text in seen)
