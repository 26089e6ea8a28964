"""The system of the article “Making Music with Machine Learning” (2018), as a baseline.

What it does is kept, its oddities included, so that whatever is new can be measured against it;
each module's docstring names the oddities that live there. Three things alone are done otherwise:
the network is run in NumPy, for speed; it learns from a genre's training split only, and from 12
pieces; and it comes to know them by heart on another way, because a processor would take days on
the article's (`musegen.article.training` tells the differences).
"""
