"""Studies: those there are, and new ones."""

from ui import frame, gate, studies
from ui import studies_texts as texts

frame.page(texts.TITLE)
gate.researchers_only()
with frame.friendly_errors():
    studies.show()
