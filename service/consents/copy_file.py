"""The PDF of a signed form as an answer that is saved, and kept by nothing on its way."""

from litestar import Response

from service.consents.copies import CopyRow
from service.db import Connection
from service.documents import queries
from service.documents.rules import NotMade

PDF = "application/pdf"


async def attached(conn: Connection, copy: CopyRow) -> Response[bytes]:
    """The file, under a name that says when, and nobody's; raises NotMade while there is none."""
    pdf = await queries.pdf(conn, copy.id)
    if pdf is None:
        raise NotMade
    name = f"signed-form-{copy.signed_at.date().isoformat()}-{copy.ordinal}.pdf"
    return Response(pdf, media_type=PDF, headers={"content-disposition": f'attachment; filename="{name}"'})
