"""Every word that readers of the results page see."""

from __future__ import annotations

from musegen.studies.records import Condition
from musegen.studies.statistics.conclusions import Finding
from musegen.studies.statistics.estimates import Why
from musegen.studies.statistics.flags import Flag
from musegen.studies.statistics.mixed import Effect

RESULTS_TITLE = "Results"
STUDY = "Study"
NO_STUDY = "There is no study yet. Make one, and its results appear here."
MAKE_ONE = "Make a study"
RESULTS_EMPTY = (
    "Nobody has voted in this study yet. Results appear here with the first answer: take the test "
    "yourself, or pass on its address."
)
TAKE_THE_TEST = "Take the test"
NOTHING_LEFT = "No votes are left with these choices. Change one of them above."
SIMULATED = (
    "**Simulated listeners.** These votes come from a computer, for trying things out. They tell "
    "nothing of people."
)
SIMULATED_SHORT = "Simulated listeners"

# Choices

PEOPLE_COUNTED = "Whose votes"
EVERYBODY, WITHOUT_FLAGGED = "everybody’s", "without those flagged"
WITHOUT_KNOWN = "Leave out pieces heard before"
WITHOUT_KNOWN_HELP = "Votes where the listener has heard the piece before, or may have."
GENRE = "Music"
ALL_GENRES = "All genres"
CHOSEN = "Counted here: {votes:,} of {all:,} votes."

SHORT_TAB, APART_TAB, EFFECTS_TAB, PEOPLE_TAB, DATA_TAB = (
    "In short",
    "Told apart?",
    "What matters",
    "Listeners",
    "Data",
)

# Names

VOTES, PARTICIPANTS, FINISHED, PIECES = "Votes", "Listeners", "Finished", "Clips heard"
FROM, TO = "95 % from", "to"
WRITTEN_BY = "written by"
MACHINE = "compared with people"
CONDITION_NAMES = {
    Condition.HUMAN.value: "a human",
    Condition.EVENT.value: "a machine",
    Condition.ARTICLE.value: "a machine of 2018",
}
MACHINE_NAMES = {
    Condition.EVENT.value: "the machine",
    Condition.ARTICLE.value: "the machine of 2018",
}
ANY_MACHINE = "the machine"

WHY = {
    Why.NO_VOTES: "There are no votes for it yet",
    Why.NO_HUMAN_VOTES: "Nobody has heard human music yet",
    Why.NO_MACHINE_VOTES: "Nobody has heard a machine’s music yet",
    Why.ONE_PARTICIPANT: "There is one listener only, who cannot stand for others",
    Why.ONE_PIECE: "Only one piece by people, or by the machine, was heard, which cannot stand for others",
    Why.ONE_SIDED: "All answers are the same, so that their spread is unknown",
    Why.TOO_FEW: "There are too few votes for it",
    Why.NOT_ASKED: "This study does not ask for it",
    Why.NOT_CONVERGED: "The computation did not settle; more votes will help",
}

# In short

JUDGED = {
    Finding.TOLD_APART: (
        "**Listeners tell {machine} from people.** {share} % of the answers are right, where "
        "guessing gives 50 %; anything from {low} to {high} % would fit these votes."
    ),
    Finding.MISTAKEN: (
        "**Listeners take {machine} for people.** Only {share} % of the answers are right, fewer "
        "than guessing gives; anything from {low} to {high} % would fit these votes."
    ),
    Finding.NEARLY_ALIKE: (
        "**Listeners do about as well as guessing.** {share} % of the answers are right; with a "
        "margin of error from {alike_low} to {alike_high} % (the 90 % interval that this test goes "
        "by), that is within {margin} points of the 50 % of guessing."
    ),
    Finding.UNDECIDED: (
        "**These votes do not decide it.** {share} % of the answers are right, and anything from "
        "{low} to {high} % would fit: neither that listeners can tell {machine} from people nor "
        "that they cannot."
    ),
    Finding.NOTHING_YET: (
        "**Too few votes to say they cannot tell {machine} from people:** {needed:,} are needed for "
        "±{margin} points; there are {votes:,}. Of these, {share} % are right, and anything from "
        "{low} to {high} % would fit."
    ),
}
JUDGED_UNKNOWN = "**Too early to say anything of {machine}.** {why}."
SMALL_BUT_THERE = {
    True: " They are right a little more often than by guessing, and that is no accident.",
    False: " They are right a little less often than by guessing, and that is no accident.",
}
"""By whether they do better."""
LEAN_HUMAN = (
    "**They lean towards “human”:** that was the answer to {share} % of the clips, of which "
    "{truth} % are human."
)
LEAN_MACHINE = (
    "**They lean towards “machine”:** only {share} % of the clips were called human, and {truth} % "
    "are."
)
NO_LEAN = "**They lean neither way:** {share} % of the clips were called human, and {truth} % are."
LEAN_UNKNOWN = "**Whether they lean towards one answer** cannot be said yet."
FIRST_OF_PAIR = "**The first clip of a pair** was taken for the human’s in {share} % of the pairs."
FLAGGED_NONE = "**Nobody stands out** as not having listened, among {people}."
FLAGGED_SOME = (
    "**{flagged} of {people}** may not have listened (see *{tab}*); the table below shows what "
    "changes without them."
)
FLAGGED_ALL_OUT = (
    "**{flagged}** may not have listened and {are} left out here, by your choice above."
)
PERSON_COUNT = ("nobody", "1 listener", "{count:,} listeners")

SHARE_TITLE = "How often music was called human"
SHARE_AXIS = "called human"
PLOT_HELP = (
    "Dots are shares of all answers, lines their 95 % intervals (Wilson). If listeners could not "
    "tell, the dots of a genre would stand one above the other, wherever that is: calling "
    "everything human moves them all to the right."
)
CAUTION = (
    "These intervals treat every answer as a person of its own. The figures under *{tab}* know "
    "that one person gives many, and that some clips are easier than others."
)
AS_TABLE = "As a table"
TABLE_COLUMNS = {
    "genre": "Music",
    "condition": "Written by",
    "votes": "Votes",
    "called_human": "Called human",
    "share": "Share",
    "low": "95 % from",
    "high": "to",
}
SIDE_TITLE = "With and without those flagged"
SIDE_HELP = (
    "If both columns say the same, those who may not have listened do not carry the result. Decide "
    "which one you report before you look."
)
SIDE_FIGURES = {
    "participants": "Listeners",
    "votes": "Votes",
    "accuracy": "Answers right",
    "p_chance": "p: as good as guessing?",
    "p_equivalent": "p: further than the margin from guessing?",
    "dprime": "d′",
    "criterion": "Lean (c)",
    "area": "Area under the curve",
}
SIDE_COLUMNS = ("Figure", "Everybody", "Without those flagged")

# Told apart?

RIGHT_TITLE = "How many answers are right"
RIGHT_AXIS = "right answers"
RIGHT_HELP = (
    "The dashed line is guessing. An interval that lies wholly to its right says that listeners can "
    "tell; one that crosses the line says nothing by itself: *not better than guessing* is not yet "
    "*guessing*. The intervals (95 %) know that answers of one person, and on one piece, resemble "
    "each other."
)
TESTS_TITLE = "The tests"
TEST_COLUMNS = {
    "genre": "Music",
    "machine": "Compared with people",
    "votes": "Votes",
    "effective": "Worth",
    "share": "Right",
    "low": "95 % from",
    "high": "to",
    "p_chance": "p guessing",
    "p_equivalent": "p not within ±{margin}",
    "finding": "So",
}
FINDINGS = {
    Finding.NOTHING_YET: "too few votes",
    Finding.TOLD_APART: "told apart",
    Finding.MISTAKEN: "taken for people",
    Finding.NEARLY_ALIKE: "as good as guessing",
    Finding.UNDECIDED: "not decided",
}
TEST_HELP = (
    "*Worth* is how many independent answers the votes are worth. Two questions are asked of them: "
    "could this come from mere guessing (a small p says no), and could it be further from guessing "
    "than the {margin} points that the study calls small (a small p says no, so that *as good as "
    "guessing* is shown)? Over several genres both are corrected by Holm’s method."
)
DPRIME_TITLE = "How far apart they sound"
DPRIME_AXIS = "d′"
DPRIME_HELP = (
    "d′ measures hearing alone, whatever answer somebody prefers: 0 is guessing, 1 is clearly "
    "audible (about 69 % right), 2 is easy (84 %). It may be compared between studies."
)
PAIRS_DPRIME_HELP = (
    "d′ measures hearing alone, whichever place somebody prefers: 0 is guessing. In pairs, where "
    "both can be compared, 1 is about 76 % right and 2 is 92 %. It may be compared with d′ of single "
    "clips, where less is right at the same d′ (69 % and 84 %)."
)
DPRIME_SAID = (
    "**d′ for {machine} is {value}** (95 %: {low} to {high}), as of somebody with {share} % right "
    "who prefers neither answer."
)
CRITERION_TITLE = "Which answer they prefer"
CRITERION_AXIS = "c: says “machine” ← 0 → says “human”"
CRITERION_HELP = (
    "c above 0: when in doubt, listeners say *human*; below 0: they say *machine*. It tells nothing "
    "of how well they hear."
)
ROC_TITLE = "When they are sure, are they right?"
ROC_X = "human clips taken for a machine’s"
ROC_Y = "machine’s clips found"
ROC_HELP = (
    "Each dot is a degree of sureness, from *certainly a machine* at the left. The more a curve "
    "rises over the dashed line, the better sureness and truth go together."
)
ROC_SAID = (
    "**Of a human’s clip and one of {machine}, taken at random, the machine’s sounds more like a "
    "machine in {area} of 100 cases** (95 %: {low} to {high}); guessing gives 50. This is the area "
    "under the curve."
)
STRENGTH_TITLE = "Whose music is picked as the human’s"
STRENGTH_AXIS = "strength beside human music (Bradley–Terry)"
STRENGTH_HELP = (
    "0 is human music. A machine whose interval holds 0 may be picked as often as a human; one "
    "wholly to the left is picked less often."
)
STRENGTH_SAID = (
    "**{machine_title} was picked as the human’s in {wins:,} of {total:,} pairs** ({share} %). "
    "Beside human music, its strength is {value} (95 %: {low} to {high})."
)
NOT_YET = "{what}: {why}."

# What matters

CALLED_TITLE = "Is human music called human more often?"
CALLED_WORDS = (
    "The study’s own question in one model: does the answer go with the truth? It allows for people "
    "who prefer one answer and for pieces that sound more human than others, whoever made them (a "
    "mixed logistic regression, people and pieces crossed)."
)
CALLED_SAID = {
    1: "**Yes: human music is called human more often** than a machine’s",
    -1: "**No: human music is called human less often** than a machine’s",
    0: "**No difference is shown** between human music and a machine’s",
}
CALLED_ODDS = "{said} (odds × {value}; 95 %: {low} to {high}; {votes:,} votes)."
ODDS_HELP = (
    "Odds are how many answers of one kind there are for one of the other: 60 % are odds of 1.5, "
    "75 % are 3. “Odds × 2” makes 67 % out of 50 %; × 1 is no difference."
)
EFFECTS_TITLE = "What makes answers right"
EFFECTS_WORDS = (
    "One model looks at everything at once: the machine, the music, musical training, pieces heard "
    "before, and the place in the test, while it allows for people who hear better and for pieces "
    "that are easier (a mixed logistic regression)."
)
EFFECTS_GO = "Work it out"
EFFECTS_WAIT = "This takes some seconds, with many votes half a minute."
EFFECTS_DRAWN = (
    "**Not everybody is counted here:** the models take {some} listeners, drawn by lot from {all:,}, "
    "for with all they would take minutes. `python -m musegen study report {study}` answers the "
    "study’s own question with all of them."
)
EFFECTS_WORKING = "Working it out"
EFFECTS_AXIS = "odds of a right answer, compared"
EFFECTS_HELP = (
    "Clips by a machine are compared with those by people, each genre with {first}, training by its "
    "points from 1 to 7. 1 is no difference. A dot at 2 means that the odds of a right answer are twice as good. An "
    "interval that holds 1 does not show that there is no effect, only that these votes do not "
    "show one. People choose for themselves how much they practise and what they know: an effect "
    "here need not be a cause."
)
EFFECT_NAMES = {
    Effect.TRUTH: "human music",
    Effect.CONDITION: "by {level}",
    Effect.GENRE: "{level}",
    Effect.TRAINING: "training, +1 point",
    Effect.HEARD: "heard before",
    Effect.POSITION: "ten places later",
}
EFFECT_SHORT = {
    Effect.TRUTH: "human music",
    Effect.CONDITION: "the machine",
    Effect.GENRE: "the music",
    Effect.TRAINING: "musical training",
    Effect.HEARD: "pieces heard before",
    Effect.POSITION: "the place in the test",
}
EFFECTS_LEFT_OUT = "Not looked at, because it was not asked or is the same for everybody: {names}."
MORE_OFTEN_RIGHT = "**{what}**: more often right (odds × {value}; 95 %: {low} to {high})."
LESS_OFTEN_RIGHT = "**{what}**: less often right (odds × {value}; 95 %: {low} to {high})."
NO_EFFECT_SHOWN = "**{what}**: no effect shown (odds × {value}; 95 %: {low} to {high})."
SPREAD = (
    "People differ among themselves by {people}, pieces by {pieces} (standard deviations of log "
    "odds). With 1, which is much, one in three has odds more than 2.7 times higher or lower than "
    "usual; with 0.2, one in three more than 1.2 times."
)
TRAINING_TITLE = "Musical training"
TRAINING_BANDS = {
    "low": "little (1 to 3)",
    "middle": "some (3 to 5)",
    "high": "much (5 to 7)",
    "unknown": "not told",
}
HEARD_TITLE = "Pieces heard before"
HEARD_NAMES = {"no": "not heard before", "maybe": "not sure", "yes": "heard before"}
GROUPS_HELP = (
    "Each group by itself, with 95 % intervals; the dashed line is guessing. What overlaps may "
    "well be the same."
)
GROUPS_NONE = "This study does not ask for it, or nobody has answered."
ORDER_TITLE = "Do people get better, or tired?"
ORDER_X = "place in the test"
ORDER_HELP = (
    "Right answers by place in the test, with 95 % intervals. Each place has few votes, so that "
    "dots jump; look for a slope. The model above says whether there is one. On single clips, human "
    "and machine music count by halves; where only one of them was heard there is no dot."
)
ORDER_STEP_HELP = "Places are taken together in groups of {step}."

# Listeners

PEOPLE_TITLE = "Each listener against luck"
PEOPLE_X = "right answers of each listener"
PEOPLE_KINDS = {
    "beyond": "more than luck",
    "within": "within luck",
    "flagged": "may not have listened",
}
PEOPLE_SAID = (
    "**{beyond} of {people}** gave so many right answers that guessing would reach as many in one "
    "case of twenty at most (9 of 10, 12 of 16, 15 of 20). Luck alone would put about {by_luck} of "
    "them there. Allowing for how many were looked at (Holm), {holm} can be called better than luck."
)
PEOPLE_HELP = (
    "With few clips a person, nobody can be told from a lucky guesser for certain; this is why a "
    "study looks at all listeners together."
)
FLAGS_TITLE = "Who may not have listened"
FLAGS_NONE = "Nobody stands out."
FLAGS_HELP = (
    "Nobody is left out by this alone: you decide above, and may report both. A person is flagged "
    "when more than a quarter of the votes came within {response:g} seconds, or after less than "
    "{listened:g} seconds of listening; when ten or more answers are all the same, attention checks included; or when more "
    "than half of the attention checks are wrong."
)
FLAG_NAMES = {
    Flag.TOO_FAST: "too fast",
    Flag.NOT_LISTENED: "heard too little",
    Flag.ONE_ANSWER: "always the same answer",
    Flag.FAILED_CATCH: "failed attention checks",
}
FLAG_COLUMNS = {"participant": "Listener", "votes": "Votes", "reasons": "Why"}
AGREEMENT_TITLE = "Do listeners agree?"
AGREEMENT_SAID = (
    "**{how}** about which clips are human (Krippendorff’s α = {value}; 95 %: {low} to {high}; "
    "{clips} clips)."
)
AGREEMENT = (
    (0.1, "Listeners hardly agree"),
    (0.4, "Listeners agree a little"),
    (0.7, "Listeners agree in good part"),
    (2.0, "Listeners agree"),
)
"""Up to which α one says so."""

AGREEMENT_OF_PAIRS = (
    "Krippendorff’s α does not apply to pairs: pairs are put together anew for each listener, so that "
    "hardly two of them judge the same one."
)
AGREEMENT_HELP = (
    "0 is what chance gives, 1 is complete agreement. Listeners may agree and all be wrong: then "
    "certain clips take everybody in."
)


def condition_name(condition: str) -> str:
    """Who wrote it: “a human”, “a machine”, or a trained model’s name in quotes."""
    return CONDITION_NAMES.get(condition) or f"“{condition}”"


def machine_name(machine: str) -> str:
    """A machine in a sentence: “the machine of 2018”; empty for all machines together."""
    if not machine:
        return ANY_MACHINE
    return MACHINE_NAMES.get(machine) or f"“{machine}”"
