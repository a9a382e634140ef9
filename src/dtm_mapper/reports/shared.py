"""A mapping to hand on, without what its readers may not see. `dtm-map check` and `edit` accept it."""

from dtm_mapper.i18n import _
from dtm_mapper.mapping import up_to_date
from dtm_mapper.mappingfile import Writer
from dtm_mapper.reports.view import View
from dtm_mapper.sharing import with_sign


def render(view: View) -> bytes:
    """The mapping's file, in UTF-8."""
    what = _("A mapping of DTM data users to hand on, written by “dtm-map report -f yaml”.")
    if view.left_out:
        what += " " + _("Left out: {fields}.").format(fields="; ".join(view.left_out))
    continued = _("Continue it with: dtm-map edit, and the name of this file")
    return with_sign(Writer(view.catalogue).text(up_to_date(view.mapping, view.catalogue)), [what, continued])
