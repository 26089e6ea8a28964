"""Listening studies: stimuli, participants, trials, votes and what they add up to."""
