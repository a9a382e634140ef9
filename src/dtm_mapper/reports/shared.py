"""A mapping to hand on, without what its readers may not see. `dtm-map check` and `edit` accept it."""

from dtm_mapper.mapping import up_to_date
from dtm_mapper.mappingfile import Writer
from dtm_mapper.reports.view import View
from dtm_mapper.sharing import with_sign


def render(view: View) -> bytes:
    """Return the mapping's file, in UTF-8. Its comment is in English, like that of any mapping."""
    what = "This file is a mapping of data users to hand on, made with “dtm-map report -f yaml”."
    if view.left_out:
        what += f" Left out: {'; '.join(view.left_out)}."
    continued = "To continue it, run: dtm-map edit FILE"
    return with_sign(Writer(view.catalogue).text(up_to_date(view.mapping, view.catalogue)), [what, continued])
