"""Damage to rows, as another tool or a worn card would do it: random for one row, or by a statement of the test."""

from __future__ import annotations

import random
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from kiosk.storage import seals


@dataclass
class Damage:
    """Changes one row as another tool would: no guard asks, no seal is renewed, and the guards stand again after it."""

    database: Path
    chance: random.Random

    def __enter__(self):
        self.db = sqlite3.connect(self.database, isolation_level=None)
        seals.bind(self.db)
        self.triggers = self.db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        self.db.execute("PRAGMA ignore_check_constraints = ON")
        self.db.execute("BEGIN")
        for name, _ in self.triggers:
            self.db.execute(f"DROP TRIGGER {name}")
        return self

    def __exit__(self, *_):
        for _, sql in self.triggers:
            self.db.execute(sql)
        self.db.execute("COMMIT")
        self.db.close()

    def tables(self):
        """Every table whose rows must prove themselves: the sealed ones, and those that have a proof of their own."""
        found = list(seals.sealed_tables(self.db))
        for name, key in (("audit", ("rowid",)), ("names_in_stock", ("name_key", "parcel_id"))):
            columns = tuple(row[1] for row in self.db.execute(f"PRAGMA table_info({name})"))
            found.append(seals._Table(name, columns, key))
        return [table for table in found if self.db.execute(f"SELECT 1 FROM {table.name} LIMIT 1").fetchone()]

    def once(self, table):
        """One damage to one row of a table, in words."""
        return self.chance.choice((self._change, self._change, self._delete, self._double))(table)

    def _where(self, table):
        key = " AND ".join(f"{column} IS ?" for column in table.key)
        names = ", ".join(table.key)
        rows = self.db.execute(f"SELECT {names} FROM {table.name}").fetchall()
        return key, self.chance.choice(rows)

    def _change(self, table):
        where, key = self._where(table)
        column = self.chance.choice(table.columns)
        before = self.db.execute(f"SELECT {column} FROM {table.name} WHERE {where}", key).fetchone()[0]
        for _ in range(20):
            after = self._another(table, column, before)
            try:
                self.db.execute(f"UPDATE {table.name} SET {column} = ? WHERE {where}", (after, *key))
            except sqlite3.IntegrityError:
                continue  # not plausible: this very value is taken, or may not be missing
            return f"{table.name} {key}: {column} {before!r} -> {after!r}"
        return self._delete(table)

    def _another(self, table, column, before):
        """A value of the same kind: another row's, a neighbour, a changed letter, nothing."""
        others = [
            row[0]
            for row in self.db.execute(f"SELECT DISTINCT {column} FROM {table.name} WHERE {column} IS NOT ?", (before,))
        ]
        choices = [self.chance.choice(others)] if others else []
        if isinstance(before, int):
            choices += [before + 1, before - 1, before * 10, 1 - before]
        elif isinstance(before, str):
            place = self.chance.randrange(len(before) + 1)
            letter = self.chance.choice("0123456789abc甲")
            choices += [before[:place] + letter + before[place + 1 :], before[: max(0, len(before) - 1)], before + "0"]
            choices.append(None)
        else:
            choices += [1, "1"]
        return self.chance.choice([choice for choice in choices if choice != before] or [None])

    def _delete(self, table):
        where, key = self._where(table)
        self.db.execute(f"DELETE FROM {table.name} WHERE {where}", key)
        return f"{table.name} {key}: deleted"

    def _double(self, table):
        where, key = self._where(table)
        row = list(self.db.execute(f"SELECT * FROM {table.name} WHERE {where}", key).fetchone())
        info = self.db.execute(f"PRAGMA table_info({table.name})").fetchall()
        unique = {name for _, name, *_ in info if self._is_unique(table.name, name)} | {i[1] for i in info if i[5]}
        for number, (_, name, *_rest) in enumerate(info):
            if name not in unique or row[number] is None:
                continue
            if isinstance(row[number], int):
                row[number] = self.db.execute(f"SELECT MAX({name}) + 1 FROM {table.name}").fetchone()[0]
            else:
                row[number] = f"{row[number]}1"
        try:
            self.db.execute(f"INSERT INTO {table.name} VALUES ({', '.join('?' * len(row))})", row)
        except sqlite3.IntegrityError:
            return self._change(table)
        return f"{table.name} {key}: doubled"

    def _is_unique(self, table, column):
        for _, index, is_unique, *_ in self.db.execute(f"PRAGMA index_list({table})").fetchall():
            if is_unique and column in {row[2] for row in self.db.execute(f"PRAGMA index_info({index})").fetchall()}:
                return True
        return False
