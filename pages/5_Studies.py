"""Studies: those there are, and new ones."""

from ui import frame, studies
from ui import studies_texts as texts

frame.page(texts.TITLE)
with frame.friendly_errors():
    studies.show()
