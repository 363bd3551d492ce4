"""A seal is found by its key, whatever the size of the table: the nightly check walks a million rows, and the guard of a
deletion runs inside a counter's act."""

from kiosk import settings
from kiosk.storage import open_store, seals


def test_seals_are_searched_by_table_and_key(tmp_path):
    store = open_store(tmp_path, settings.load(tmp_path))
    with store.reading() as db:
        for table in seals.sealed_tables(db.connection):
            plan = db.all(
                f"EXPLAIN QUERY PLAN SELECT s.seal FROM {table.name} t LEFT JOIN seals s ON s.place = '{table.name}'"
                f" AND s.key = {table.key_sql('t.')}"
            )
            assert any("SEARCH s" in row["detail"] and "place=? AND key=?" in row["detail"] for row in plan), table.name
    store.close()
