"""The blind listening test, as a participant sees it."""

from ui import frame, survey
from ui.survey_language import language
from ui.survey_texts import TEXTS

frame.page(next(iter(TEXTS[language()].titles.values())), menu=False)
with frame.friendly_errors():
    survey.show()
