from ui import frame, home, texts

frame.page(texts.HOME_TITLE)
with frame.friendly_errors():
    home.show()
