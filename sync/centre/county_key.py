"""The centre's own key, by which stations know the county's messages. Its secret never leaves the centre's folder; the
database holds the public keys, in their order. A new key is announced to every station under the old one's signature."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from kiosk import clock
from kiosk.errors import ConfigurationError
from kiosk.reports import signing
from kiosk.words import N_
from sync.centre.office import Centre
from sync.centre.tables import centre_keys


@dataclass(frozen=True, slots=True)
class CountyKey:
    """A key of the centre's. ``public_key`` is a JWK as JSON text."""

    id: int
    public_key: str
    thumbprint: str
    since_at: str


def present(centre: Centre) -> CountyKey:
    """The key that signs now, outside of any transaction."""
    with centre.database.reading() as db:
        found = _latest(db)
    if found is None:
        with centre.database.writing() as db:
            found = current(centre, db)
    return found


def current(centre: Centre, db: Connection) -> CountyKey:
    """The key that signs now; the first one is made when it is first asked for, so ``db`` must be able to write."""
    return _latest(db) or add(centre, db)


def add(centre: Centre, db: Connection) -> CountyKey:
    """Makes a further key, which signs from now on."""
    count = len(db.execute(select(centre_keys.c.id)).all())
    public_key = signing.public_key_of(centre.secrets.key(_secret(count + 1)))
    row = {"public_key": public_key, "thumbprint": signing.thumbprint(public_key), "since_at": clock.stamp()}
    made = db.execute(insert(centre_keys).values(row).returning(centre_keys.c.id)).scalar_one()
    return CountyKey(id=made, **row)


def seed(centre: Centre, db: Connection, thumbprint: str = "") -> bytes:
    """The secret of the key that signs now, or of the one with this thumbprint.

    Raises ``ConfigurationError`` when the secrets of this folder are not those of the database's keys.
    """
    named = thumbprint or current(centre, db).thumbprint
    key_id = db.execute(select(centre_keys.c.id).where(centre_keys.c.thumbprint == named)).scalar_one()
    place = len(db.execute(select(centre_keys.c.id).where(centre_keys.c.id <= key_id)).all())
    found = centre.secrets.key(_secret(place))
    if signing.thumbprint(signing.public_key_of(found)) != named:
        raise ConfigurationError(
            N_(
                "数据目录 {folder} 里的密钥不是这个数据库的，发出的消息站点不会认；请用与数据库一起备份的 secrets 目录，"
                "几台机器共用一个数据库时也用同一份"
            ),
            folder=str(centre.secrets.folder.parent),
        )
    return found


def require(centre: Centre) -> None:
    """Raises ``ConfigurationError`` when this folder's secret is not the one that the database's key belongs to."""
    with centre.database.reading() as db:
        if _latest(db) is not None:
            seed(centre, db)


def _latest(db: Connection) -> CountyKey | None:
    row = db.execute(select(centre_keys).order_by(centre_keys.c.id.desc()).limit(1)).one_or_none()
    return CountyKey(**row._mapping) if row else None


def _secret(place: int) -> str:
    return f"county-{place}"
