#!/usr/bin/python
# Copyright: (c) 2026, The cao.faktura authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts a backup into a Mandant and keeps it there."""

from __future__ import annotations

DOCUMENTATION = r"""
module: mandant_restore
short_description: Put a backup into a Mandant of CAO-Faktura and keep it there
version_added: 1.0.0
description:
  - Restores a backup of CAO-Faktura, or a dump made by another program, into the database of a Mandant.
  - The whole file is read and checked first. It is loaded into tables beside the Mandant's own, verified there,
    and takes their place by one C(RENAME TABLE). The Mandant is the old one or the new one, never a mixture.
  - The tables before stay in the same database as C(BACK_<name>), as CAO-Faktura itself keeps them.
  - No client program is called, and no statement of the file is executed as it stands in it.
author:
  - The cao.faktura authors (@cao-faktura)
extends_documentation_fragment:
  - cao.faktura._attributes
  - cao.faktura._backup_file
  - cao.faktura._instances
  - cao.faktura._login
attributes:
  check_mode:
    support: full
    details:
      - Changes nothing, not even the server's binary log, and forecasts what the run then does.
      - With the privilege CREATE TEMPORARY TABLES the server is asked, by tables that only this session sees, whether
        it takes what the backup defines, and the rows of a small one. A larger backup may have rows that only the run
        can find out about. It then fails before the Mandant changes.
  diff_mode:
    support: full
    details: The rows of each table before and after.
  idempotent:
    support: partial
    details: With O(policy=always) the backup is restored in every run.
  platform: {}
  action_group: {}
options:
  mandant:
    description: The database of the Mandant.
    type: str
    required: true
    aliases: [database, db]
  policy:
    description: When to restore.
    type: str
    choices:
      once: >-
        Bring the backup in once, and never take away what people did. What holds no rows is filled; what an earlier
        restore left is replaced if nobody has changed it since. Content of unknown origin, and content that was worked
        in since, is refused with C(would_replace_work), unless O(replace=true); that is looked at again just before the
        swap. After a rollback the same backup is not brought in again.
      enforce: >-
        The content must still be the backup's, else restore it again, whatever people did. For demo Mandanten.
      always: Restore in every run, whatever people did.
    default: once
  replace:
    description:
      - Whether O(policy=once) may replace what people did, in the Mandant or in a generation before that would be
        dropped. O(policy=enforce) and O(policy=always) say so by themselves.
      - A backup that was restored here already, or taken back by a rollback, is not restored again for this.
    type: bool
    default: false
    version_added: 2.0.0
  incomplete:
    description:
      - What to do about a backup that is not whole. It is decided before anything is changed, in check mode as well.
      - It shows by what the file says of itself (an export program's own error among its comments, an error page),
        by what its program promises (numbers of rows and tables, parts, the last line), by the layout and the order of
        tables of CAO's own backups, and beside the Mandant - tables of CAO-Faktura that hold rows there, or its
        C(REGISTRY), and that the backup lacks. Those that O(keep_tables) names are not missed.
      - What the findings of the analysis call C(end_unknown) cannot be known from a file, and is restored.
    type: str
    choices:
      fail: Fail with C(incomplete), naming the table, the line and what gave it away.
      allow: Restore what the backup has, with a warning. A last line that is missing is no reason to fail, either.
    default: fail
    version_added: 2.0.0
  backup_first:
    description:
      - Where a backup of what is there is written before it is replaced, as O(cao.faktura.mandant_backup#module:dest),
        a folder or the name of a file. A file of that name is overwritten, unless it is a backup that this collection
        has written of another Mandant. It is on the host where the module runs.
      - It is written whenever a restore will change a Mandant that is there, under every policy. If it fails, nothing
        is changed, and the error is that of M(cao.faktura.mandant_backup). It stays when the restore fails afterwards.
      - A generation before that is dropped and holds rows which no restore has brought is saved as a second file, whose
        name ends in C(_before), under the names that its tables had. Then O(policy=once) lets it go.
      - It has O(password), if there is one, with AES. Without one anybody can read it.
      - The account needs C(LOCK TABLES) where not all tables are InnoDB.
    type: path
    version_added: 2.0.0
  other_company:
    description:
      - What to do with the backup of another company than the Mandant's.
      - The names in C(FIRMA) are compared, without heed of letter case, blanks and how umlauts are written; where both
        have them, the tax numbers (C(STEUERNUMMER), C(UST_ID)) too. Another legal form is a difference.
      - Where one of them has no company, the Mandant that CAO-Faktura names in a backup is compared with that of the
        backup restored last. For another Mandant of the same company there is a warning.
      - A Mandant without a company, as an empty one, is not asked for it. With O(policy=enforce) a Mandant that a
        backup of the same company was restored into may have been renamed since.
    type: str
    choices:
      fail: Fail with C(other_company); nothing is changed. Check mode does so, too.
      allow: Restore it.
    default: fail
    version_added: 2.0.0
  scratch:
    description:
      - The Mandant is a scratch copy, for a while only, as of a drill. It never takes the place of anything else.
      - The database has to be missing, empty, or a scratch copy from before. Else the task fails with
        C(would_replace_work).
      - M(cao.faktura.mandant_remove) with O(cao.faktura.mandant_remove#module:scratch) removes it again.
    type: bool
    default: false
    version_added: 2.0.0
  create:
    description: Create a database that is missing.
    type: bool
    default: true
  charset:
    description:
      - Character set of a database that is created.
      - As long as neither this nor C(collation) is set otherwise, what the backup says of its own database
        (C(CREATE DATABASE)) goes before it.
    type: str
    default: latin1
  collation:
    description: Collation of a database that is created. By default that of the character set.
    type: str
  previous:
    description: What happens to the replaced tables.
    type: str
    choices:
      keep: They stay as C(BACK_<name>).
      drop:
        - They are dropped once the new state is whole, so M(cao.faktura.mandant_rollback) has nothing to bring back.
          Until then a step that fails brings them back.
        - Without O(backup_first) nothing of them is kept, which a warning says in check mode, too.
    default: keep
  keep_tables:
    description: Patterns (C(*) and C(?)) of tables of other programs in the same database, which stay where they are.
    type: list
    elements: str
    default: []
  tables:
    description:
      - Patterns (C(*) and C(?)), in any letter case, of the tables and views of the backup that alone are restored. By
        default all are.
      - All others of the Mandant stay as they are, and so do those that a pattern fits and the backup lacks. A pattern
        that fits nothing in the backup is an error.
      - The Mandant remembers for each table which backup it came from. All values of O(policy) look at these tables
        only, and M(cao.faktura.mandant_rollback) takes back just them. Of generations before, C(BACK_<name>), only
        those of these tables are dropped; what there is of others stays until the next restore of a whole backup.
      - A later restore of a whole backup that was restored here before, by O(policy=once), leaves them as they are.
      - A table that stays and refers to a restored one, by a foreign key or as a view, is looked at before anything is
        changed. What it would no longer find is an error.
      - O(backup_first) saves the whole Mandant all the same.
    type: list
    elements: str
    default: []
    version_added: 2.0.0
  engine:
    description:
      - Storage engine of all tables. C(MEMORY) is refused, whose tables are empty when the server was started again.
      - By default that of the table that is there now, else the dump's, else MyISAM for CAO's own dumps.
    type: str
  repairs:
    description: What to do about the known defects of CAO's writer.
    type: str
    choices:
      apply: Put them right and report them.
      refuse: Fail.
    default: apply
  on_error:
    description: What to do when the server refuses a row.
    type: str
    choices:
      fail: Fail; the Mandant stays as it was.
      skip: Leave the row out as CAO's own wizard does, count it and list it in RV(restore.errors).
    default: fail
  neutralise:
    description:
      - What is taken out of a copy before anyone sees it, so that the backup of a real company can become a Mandant
        for tests. It is done in the new tables before they take their place, and it is part of what is remembered.
      - O(policy=enforce) compares with the neutralised content. With another set of groups than it was restored with,
        a Mandant is restored again, with O(policy=once) as long as nobody has changed it since.
      - Columns and settings of the same kind in newer schemas are known by how they are named, in the tables of other
        programs in the backup too. In C(REGISTRY) the value goes and the row stays.
      - It needs the privileges UPDATE and DELETE on the Mandant.
      - The generation before and tables that O(keep_tables) keeps are not changed; a warning says so. With V(persons)
        it is an error.
      - Tables that were changed are written anew, so that nothing is left in gaps of their files. It needs ALTER, and
        room for the largest of them once more.
    type: list
    elements: str
    choices:
      mail: >-
        Accounts, servers, addresses and passwords of C(MAIL_KONTEN) with collecting switched off; the rules of
        C(MAIL_REGELN) switched off, with the addresses they forward to; the mails that wait in the outbox; C(REGISTRY)
        C(MAIN\EMAIL) and all settings named after mail, SMTP, POP3, IMAP or SMS, those of C(USERSETTINGS) too; servers,
        users and passwords of mail and SMS in columns of any table.
      shop: C(REGISTRY) C(SHOP) and all below it; passwords, users and addresses in columns C(SHOP_*) of any table.
      paths: >-
        C(REGISTRY) C(MAIN\PFADE), C(RESTORE_PFAD), all settings named after a path or folder and all values that are a
        Windows path, those of C(USERSETTINGS) too; the file names of C(EXPORT); the links to files in C(LINK); settings
        and columns of FTP and WebDAV.
      passwords: >-
        C(MITARBEITER.USER_PASSWORD) and all columns named after a password, token or PIN; C(REGISTRY) C(MAIN\BACKUP)
        (C(BACKUP_CRYPT), C(BACKUP_PWD)) and all settings named so, those of FTP, SMS and TSE too; the servers and users
        that are named like a password beside them; what binds a till to its TSE. Nobody can log in until somebody is
        given a new password.
      persons: >-
        Names, addresses, mail addresses, telephone numbers, bank accounts, tax numbers, birthdays and free texts, in
        C(ADRESSEN) and wherever a document repeats them, of employees and representatives too, are replaced by invented
        ones, the same for the same person everywhere. Mails, private calendars and contacts, logs of addresses, links
        and settings named after users are removed. Sums, dates and numbers of documents, articles and stock stay, and
        so does the company (C(FIRMA)). Tables of before that hold persons may not stay beside it
        (C(not_neutralised)).
    default: []
    version_added: 1.0.0
  checks:
    description:
      - What has to be true of the new tables before they take their place. Where it is not, the module fails with
        C(check_failed), and the Mandant stays as it was.
      - They are asked when the backup is loaded and O(neutralise) is done, all of them, each as one query that only
        reads. Its tables are those of the backup, by their names in it or in the Mandant, and views of the backup.
        Those that stay (O(keep_tables), O(tables)) are the tables in use. A view that stays cannot be asked.
      - They are asked when something is restored. They are not remembered, and where O(policy) leaves a Mandant alone,
        they are not asked.
      - In check mode it is told which cannot be asked, and which are skipped.
      - Ready ones for CAO-Faktura are in the role P(cao.faktura.restore#role), as C(restore_cao_checks).
    type: list
    elements: dict
    default: []
    version_added: 2.0.0
    suboptions:
      name:
        description: What it is called in messages and results.
        type: str
        required: true
      query:
        description:
          - One C(SELECT) that gives one value, a number, a date or a text. Only built-in functions that compute, no
            variables, no C(INTO), no locks, no other database.
        type: str
        required: true
      equals:
        description:
          - The value has to be this one. A text is compared letter by letter, a date is like V(2026-11-02) or
            V(2026-11-02 18:05:09), a day alone is its beginning.
          - Exactly one of O(checks[].equals), O(checks[].at_least) and O(checks[].at_most) is given.
        type: str
      at_least:
        description: The value, a number or a date, has to be this one or more.
        type: str
      at_most:
        description: The value, a number or a date, has to be this one or less.
        type: str
      needs:
        description:
          - Tables, and columns as C(TABLE.COLUMN), without which the check is skipped instead of failing, since not
            every schema has them.
        type: list
        elements: str
        default: []
  checks_timeout:
    description: How many seconds each of O(checks) may take; one that takes more has failed.
    type: int
    default: 60
    version_added: 2.0.0
  progress:
    description:
      - Show on the screen of C(ansible-playbook) how far the restore is, as a line every two to ten seconds for each
        host, on a terminal with a bar. It goes to the standard error.
      - A restore that finds nothing to do, or ends within a second, shows no more than its end, with the reason.
      - For all tasks it is switched off by the environment variable E(CAO_FAKTURA_PROGRESS), by C(progress) in the
        section C([cao_faktura]) of C(ansible.cfg), or by the variable C(cao_faktura_progress).
      - Nothing is shown with C(no_log), nor where C(display_ok_hosts) of the callback is off.
    type: bool
    default: true
    version_added: 1.0.0
seealso:
  - module: cao.faktura.backup_info
  - module: cao.faktura.mandant_rollback
"""

EXAMPLES = r"""
- name: Put the backup into the Mandant, once
  cao.faktura.mandant_restore:
    mandant: cao_musterladen
    file: /srv/backup/CAO_backup_2026_11_02_18_05.zip
    remote_src: true
    password: "{{ backup_password }}"
    login_unix_socket: /run/mysqld/mysqld.sock

- name: Put the demo Mandant back into shape every night
  cao.faktura.mandant_restore:
    mandant: cao_demo
    file: /srv/backup/demo.zip
    remote_src: true
    password: "{{ backup_password }}"
    policy: enforce
    running_instances: disconnect

- name: Make a Mandant for tests of the backup of a real company
  cao.faktura.mandant_restore:
    mandant: cao_test
    file: /srv/backup/CAO_backup_2026_11_02_18_05.zip
    remote_src: true
    password: "{{ backup_password }}"
    neutralise: [mail, shop, paths, passwords]
    previous: drop

- name: Make a copy for trainees, without any person
  cao.faktura.mandant_restore:
    mandant: cao_schulung
    file: /srv/backup/CAO_backup_2026_11_02_18_05.zip
    remote_src: true
    password: "{{ backup_password }}"
    neutralise: [mail, shop, paths, passwords, persons]
    previous: drop

- name: Give the test Mandant last night's backup, whatever its name
  cao.faktura.mandant_restore:
    mandant: cao_test
    file: /srv/backup/musterladen/CAO_backup_*.zip
    newest: true
    max_age: 26h
    remote_src: true
    password: "{{ backup_password }}"
    policy: enforce
    neutralise: [mail, shop, paths, passwords]

- name: Take over a Mandant that people work in, and save what is there before
  cao.faktura.mandant_restore:
    mandant: cao_musterladen
    file: /srv/backup/CAO_backup_2026_11_02_18_05.zip
    remote_src: true
    password: "{{ backup_password }}"
    replace: true
    backup_first: /srv/backup/before

- name: Get one table back, as it was in a backup; all others stay as they are
  cao.faktura.mandant_restore:
    mandant: cao_musterladen
    file: /srv/backup/CAO_backup_2026_11_02_18_05.zip
    remote_src: true
    password: "{{ backup_password }}"
    tables: [ARTIKEL]
    policy: always

- name: Restore only what holds together
  cao.faktura.mandant_restore:
    mandant: cao_musterladen
    file: /srv/backup/CAO_backup_2026_11_02_18_05.zip
    remote_src: true
    password: "{{ backup_password }}"
    checks:
      - name: positions belong to documents
        query: >-
          SELECT COUNT(*) FROM JOURNALPOS p LEFT JOIN JOURNAL j ON j.REC_ID = p.JOURNAL_ID WHERE j.REC_ID IS NULL
        equals: 0
      - name: there is an invoice of November
        query: SELECT MAX(RDATUM) FROM JOURNAL WHERE QUELLE = 3
        at_least: "2026-11-01"

- name: Restore into a hosted database
  cao.faktura.mandant_restore:
    mandant: db4711
    file: /srv/backup/CAO_backup_2026_11_02_18_05.zip
    remote_src: true
    password: "{{ backup_password }}"
    login_host: db.example.com
    login_user: db4711
    login_password: "{{ database_password }}"
    ca_cert: /etc/ssl/certs/ca-certificates.crt
    reload_tables: false
    create: false
"""

RETURN = r"""
action:
  description: What was done, or in check mode what would be done.
  returned: success
  type: str
  sample: restored
reason:
  description: Why it was done, or not, as one sentence.
  returned: success
  type: str
  sample: this backup was restored here on 2026-11-02 at 18:05:09 UTC
  version_added: 2.0.0
backup_first:
  description: The files that O(backup_first) wrote, or in check mode would write. Empty where nothing is replaced.
  returned: when O(backup_first) is given
  type: list
  elements: dict
  version_added: 2.0.0
  contains:
    generation:
      description: C(live) is the Mandant as it was in use, C(before) the generation before.
      type: str
      sample: live
    path:
      description: The file.
      type: str
      sample: /srv/backup/CAO_backup_2026_11_02_18_05.zip
    size:
      description: Its size in bytes. Not known in check mode.
      type: int
      sample: 29360128
    sha256:
      description: Its SHA-256. Not known in check mode.
      type: str
      sample: d38a80ec0548c3a488798a33ca08e3b8f58bc695c621b72e0d89af5b0f0c05b8
    encryption:
      description: C(none) or C(aes256).
      type: str
      sample: aes256
    rows:
      description: How many rows it holds.
      type: int
      sample: 10412
checks:
  description: What came of each of O(checks); those that failed, too, when the module fails with C(check_failed).
  returned: when O(checks) are given and something is restored, or a check failed
  type: list
  elements: dict
  version_added: 2.0.0
  contains:
    name:
      description: Its name.
      type: str
      sample: positions belong to documents
    wanted:
      description: What was wanted.
      type: dict
      sample: {"equals": "0"}
    value:
      description: The number or date that was found. C(null) for a text, which is never told, and where none was found.
      type: raw
      sample: 0
    passed:
      description: Whether it is as wanted. C(null) where the check was skipped, and in check mode.
      type: bool
      sample: true
    skipped:
      description: The table or column that O(checks[].needs) names and that is not there, as a sentence, or C(null).
      type: str
      sample: JOURNAL.HASHSUM is not there
    problem:
      description: Why there is no value that could be compared, or C(null).
      type: str
      sample: gives NULL instead of a value
analysis:
  description: The analysis of the backup, as M(cao.faktura.backup_info) returns it.
  returned: success
  type: dict
  sample: {"dialect": "cao", "rows": 10412}
chosen:
  version_added: 2.0.0
  description: Which file it is and how old, as M(cao.faktura.backup_info) returns it.
  returned: success, with O(newest) or O(max_age)
  type: dict
  sample: {"path": "/srv/backup/CAO_backup_2026_11_02_18_05.zip", "date_from": "name", "age_seconds": 28500}
restore:
  description: How the restore went.
  returned: when something was restored
  type: dict
  contains:
    tables:
      description: How many tables were restored.
      type: int
      sample: 73
    rows:
      description: How many rows were restored.
      type: int
      sample: 10412
    seconds:
      description: How long it took, in seconds.
      type: float
      sample: 1.9
    downtime_seconds:
      description: How long the Mandant was away, in seconds.
      type: float
      sample: 0.08
    rows_per_second:
      description: Rows by seconds.
      type: int
      sample: 5480
    warnings:
      description:
        - What the server warned of, without values, and what was decided for a table because this server lacks what
          the dump has, with the name of the table in the dump. Fewer rows than the dump has, after REPLACE or INSERT
          IGNORE, are among them.
      type: list
      elements: raw
      sample: []
    errors:
      description: With O(on_error=skip) the statements that failed.
      type: list
      elements: dict
      sample: []
    previous:
      description: The tables of the generation before.
      type: list
      elements: str
      sample: [BACK_ARTIKEL]
    dropped:
      version_added: 2.0.0
      description:
        - The tables and views, by their names before, whose content goes for good.
        - That is the generation before the last one, and with O(previous=drop) what was in use as well. With O(tables)
          it is what these tables have of both.
      type: list
      elements: str
      sample: [BACK_ARTIKEL]
    left_behind:
      version_added: 2.0.0
      description:
        - Triggers, foreign keys and views of the generation in use for which the backup has nothing of the same name.
        - They go with their tables into the generation before, and M(cao.faktura.mandant_rollback) brings them back.
        - With O(previous=drop) they are dropped.
        - Foreign keys of tables that stay, too, where what they point to is dropped for good. They go with it, since no
          row could be written any more into a table whose foreign key points to nothing.
      type: list
      elements: dict
      contains:
        kind:
          description: V(trigger), V(foreign key) or V(view).
          type: str
          sample: trigger
        name:
          description: Its name.
          type: str
          sample: xt_protokoll
        table:
          description: The table that it belongs to; that of a view is itself.
          type: str
          sample: ADRESSEN
    others_aside:
      version_added: 2.0.0
      description:
        - Tables and views whose names begin with C(BACK_) and that no restore has left, neither of this collection
          nor of CAO-Faktura. They stay as they are.
      type: list
      elements: str
      sample: [BACK_ARTIKEL_2019]
    neutralised:
      description: What O(neutralise) took out, or in check mode would take out, by group; never a value.
      type: list
      elements: dict
      contains:
        group:
          description: The group.
          type: str
          sample: mail
        rows:
          description: The sum of the rows of its tables.
          type: int
          sample: 5
        tables:
          description: >-
            How many rows of each table were concerned, and whether they were C(emptied), C(replaced) or C(removed).
          type: list
          elements: dict
          sample: [{"name": "MAIL_KONTEN", "rows": 2, "what": "emptied"}]
drift:
  description:
    - What was no longer as the last restore left it. C(null) where nothing was compared, which O(policy=always) never
      needs, and O(policy=once) only before it replaces what another restore has left.
  returned: success
  type: dict
  contains:
    tables:
      description: The tables that differ, and how.
      type: list
      elements: dict
      sample: [{"name": "ARTIKEL", "what": "content"}]
diff:
  description:
    - RV(ignore:prepared) is what C(--diff) prints, the tables that differ and the largest first. RV(ignore:data) has
      the rows of each table before and after; the tables of the generation before, the triggers and the foreign keys
      where there are any.
  returned: when diff mode is on
  type: dict
  sample:
    prepared: |
      cao_musterladen: 1 table with 500 rows before, 1 table with 502 rows after
        table    rows before  after
        ARTIKEL          500    502  replaced
    data: {"before": {"tables": {"ARTIKEL": {"rows": 500}}}, "after": {"tables": {"ARTIKEL": {"rows": 502}}}}
error:
  description: The name of what went wrong.
  returned: failure
  type: str
  sample: mandant_in_use
"""

from ansible_collections.cao.faktura.plugins.module_utils._ansible.argument_spec import mandant_restore_spec
from ansible_collections.cao.faktura.plugins.module_utils._ansible.mandant_restore import restore_mandant
from ansible_collections.cao.faktura.plugins.module_utils._ansible.run import run
from ansible_collections.cao.faktura.plugins.module_utils._ansible.watch.called_module import CalledModule


def main() -> None:
    module = CalledModule(argument_spec=mandant_restore_spec(), supports_check_mode=True)
    run(module, restore_mandant)


if __name__ == "__main__":
    main()
