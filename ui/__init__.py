"""What the pages share: the frame around them, their words, their loaders and components."""
