"""What the votes say so far."""

from ui import frame, gate, results
from ui import results_texts as texts

frame.page(texts.RESULTS_TITLE)
gate.researchers_only()
with frame.friendly_errors():
    results.show()
