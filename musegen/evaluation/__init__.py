"""How far a genre's songs are from human pieces, measured in many ways.

    excerpts       8 bars from a piece or song, by one rule for both
    features       what a musician could count in an excerpt, with words for each
    tokens         the notes themselves, as words to be counted
    judges         three classifiers that tell machine from human, cross-validated
    distributions  overlap of pitch, interval, onset and duration histograms
    structure      likeness of sections and bars
    closes         how songs and phrases end
    faults         voice leading, song by song, against what humans do
    markov         a third-order Markov chain, the classic baseline
    report         all of it for one genre

Everything works on `musegen.song.Song` in its home key (C major or A minor). None of it is used
by composing, and it uses nothing that composing is steered by: a song that is chosen for its looks
must be judged by other eyes. Only the copy check (`musegen.originality`) is shared, since to
copy or not is no matter of taste.
"""
