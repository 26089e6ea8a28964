from ui import compose, frame, texts

frame.page(texts.COMPOSE_TITLE)
with frame.friendly_errors():
    compose.show()
