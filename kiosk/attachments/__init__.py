"""Photos of vouchers and documents: re-encoded small and without what a camera writes into them, kept in the vault under
their case and erased with it; a row with a salted hash proves which picture it was."""

from kiosk.attachments.keep import MOST_PICTURES, attach, content_of, drop, show
from kiosk.attachments.model import Attachment
from kiosk.attachments.picture import LARGEST_UPLOAD_BYTES, Picture, read_picture
from kiosk.attachments.store import attachment, of_case

__all__ = [
    "LARGEST_UPLOAD_BYTES", "MOST_PICTURES", "Attachment", "Picture", "attach", "attachment", "content_of", "drop", "of_case", "read_picture", "show",
]  # fmt: skip
