"""The words that an operator reads, in the operator's language where a translation is there."""

import gettext
from pathlib import Path

_translation = gettext.translation("dtm_mapper", Path(__file__).parent / "locale", fallback=True)

_ = _translation.gettext
ngettext = _translation.ngettext
