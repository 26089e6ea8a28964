"""The blind listening test, as a participant sees it."""

from ui import frame, survey
from ui import survey_texts as texts

frame.page(texts.TITLE, menu=False)
with frame.friendly_errors():
    survey.show()
