"""What the votes say so far."""

from ui import frame, results
from ui import results_texts as texts

frame.page(texts.RESULTS_TITLE)
with frame.friendly_errors():
    results.show()
