"""German, with *Sie*."""

from __future__ import annotations

from musegen.studies import questions
from musegen.studies.records import HeardBefore, Maker, Question, Sureness
from ui.survey_texts.words import (
    CheckWords,
    GateWords,
    Item,
    PlayerWords,
    QuestionWords,
    Texts,
    ThanksWords,
    TrialWords,
    WelcomeWords,
)

_ONE, _PAIR = Question.HUMAN_OR_MACHINE, Question.WHICH_IS_HUMAN

_AGREEMENT = {
    "1": "Stimme überhaupt nicht zu",
    "2": "Stimme nicht zu",
    "3": "Stimme eher nicht zu",
    "4": "Weder noch",
    "5": "Stimme eher zu",
    "6": "Stimme zu",
    "7": "Stimme völlig zu",
}


def _steps(*labels: str) -> dict[str, str]:
    return dict(zip(questions.STEPS, labels, strict=True))


GATE = GateWords(
    unknown="Unter dieser Adresse gibt es kein Hörexperiment. Bitte fragen Sie dort nach, woher Sie "
    "den Link haben.",
    coming="Dieses Hörexperiment beginnt am {moment}. Bitte kommen Sie dann wieder.",
    closed="Dieses Hörexperiment ist beendet. Vielen Dank für Ihr Interesse!",
    closed_kept="Dieses Hörexperiment ist beendet. Ihre bisherigen Antworten bleiben gespeichert: "
    "vielen Dank!",
    making_title="Ihre Hörbeispiele entstehen gerade",
    making="Sie sind hier der erste Mensch, der den Test macht. Deshalb wird die Musik gerade erst "
    "komponiert und eingespielt. Das dauert ein bis zwei Minuten; danach beginnt der Test von "
    "selbst.",
    making_progress="{ready} von {wanted} Hörbeispielen sind fertig",
    nothing_to_make="Hier gibt es zu wenig Musik für einen Test.",
    not_ready="Die Hörbeispiele für diesen Test entstehen noch. Bitte kommen Sie später wieder.",
    try_again="Noch einmal versuchen",
    expired="Dieser Link galt {days} Tage, und die sind vorbei. Ihre bisherigen Antworten bleiben "
    "gespeichert: vielen Dank!",
    stranger="Dieser Link führt zu keinem Test: Vielleicht ist er unvollständig oder enthält einen "
    "Tippfehler. Sie können einfach neu beginnen.",
    start_afresh="Neu beginnen",
    start_as_new="Sind Sie jemand anderes? Hier neu beginnen",
    preview="Das ist eine Vorschau: Nehmen Sie die Aufgabe an, um zu beginnen.",
    trouble="Das hat gerade nicht geklappt. Bitte versuchen Sie es gleich noch einmal.",
    withdraw="Wenn Sie möchten, dass Ihre Antworten gelöscht werden, nennen Sie diese Nummer dort, "
    "woher Sie den Link haben: {id}",
)

WELCOME = WelcomeWords(
    instructions={
        _ONE: "Sie hören **{clips} kurze Musikstücke**. Einige haben Menschen geschrieben, die "
        "anderen eine Maschine. Alle werden von denselben Computerinstrumenten gespielt; nur die "
        "Musik selbst kann Ihnen also verraten, von wem sie ist. Nach jedem Stück sagen Sie, was "
        "Sie meinen.",
        _PAIR: "Sie hören **{clips} Paare kurzer Musikstücke**. In jedem Paar hat ein Stück ein "
        "Mensch geschrieben und eines eine Maschine. Alle werden von denselben "
        "Computerinstrumenten gespielt; nur die Musik selbst kann Ihnen also verraten, von wem "
        "sie ist. Nach jedem Paar sagen Sie, was Sie meinen.",
    },
    practice="Zuerst dürfen Sie ein wenig üben und erfahren dabei gleich, ob Sie richtig lagen.",
    duration="Das dauert etwa **{minutes} Minuten**. Sie brauchen Ton: am besten Kopfhörer, "
    "Lautsprecher gehen auch. Bitte machen Sie den Test allein und vertrauen Sie Ihren Ohren.",
    consent_title="Was gespeichert wird",
    consent="Gespeichert werden Ihre Antworten, wie sicher Sie waren, wie oft und wie lange Sie "
    "zugehört haben, wann, und die Sprache",
    consent_also={
        "headphone-check": "wie viele Töne der Kopfhörerprobe Sie richtig hatten",
        "musical-training": "Ihre musikalische Ausbildung",
        "age": "Ihre Altersgruppe",
        "device": "Ihr Gerät",
        "headphones": "ob Sie Kopfhörer tragen",
        "comment": "Ihre Anmerkung",
    },
    consent_nameless="Kein Name, keine Adresse: Niemand kann erkennen, dass die Antworten von "
    "Ihnen sind.",
    consent_platform="Kein Name, keine Adresse; aber die Plattform, über die Sie kommen, nennt uns "
    "Ihre dortige Kennung. Sie wird getrennt von Ihren Antworten aufbewahrt und nur gebraucht, "
    "damit Sie bezahlt werden und zu Ihrem Test zurückfinden können.",
    consent_purpose="Mit alldem soll herausgefunden werden, wie gut Menschen von Menschen "
    "geschriebene Musik von der einer Maschine unterscheiden. Die Teilnahme ist freiwillig: Sie "
    "können jederzeit aufhören, indem Sie die Seite schließen; was Sie bis dahin geantwortet "
    "haben, bleibt gespeichert.",
    agree="Ich bin einverstanden, los geht’s",
    language="Sprache",
    begun="Sie haben den Test in diesem Fenster schon begonnen.",
    go_on="Weitermachen, wo ich aufgehört habe",
)

CHECKS = CheckWords(
    sound_title="Können Sie das hören?",
    sound="Spielen Sie diese vier Töne ab und stellen Sie die Lautstärke so ein, dass sie angenehm "
    "ist. Die Musik ist genauso laut.",
    sound_well="Ich höre gut",
    sound_first="Drücken Sie zuerst auf *Abspielen*.",
    headphones_title="Welcher Ton ist am leisesten? {position} von {total}",
    headphones="Sie hören drei Töne. Setzen Sie Kopfhörer auf, wenn Sie welche haben. Von Ihren "
    "Antworten hängt nichts ab: Sie sagen uns nur, womit Sie hören. Wenn Sie unsicher sind, raten "
    "Sie.",
    tones=("Der erste", "Der zweite", "Der dritte"),
    quietest="Welcher Ton ist am leisesten?",
    next="Weiter",
)

QUESTIONS = QuestionWords(
    before_title="Vorab ein paar Fragen",
    after_title="Zum Schluss noch ein paar Fragen",
    optional="Sie können jede davon auslassen.",
    training="Ihre musikalische Ausbildung",
    items={
        "gold-msi-1": Item(
            "Ich bin noch nie für mein Talent beim Musizieren gelobt worden.", _AGREEMENT
        ),
        "gold-msi-2": Item(
            "Ich würde mich nicht als Musikerin oder Musiker bezeichnen.", _AGREEMENT
        ),
        "gold-msi-3": Item(
            "Wie viele Jahre lang haben Sie regelmäßig und täglich ein Instrument (oder Gesang) "
            "geübt?",
            _steps("0", "1", "2", "3", "4–5", "6–9", "10 oder mehr"),
        ),
        "gold-msi-4": Item(
            "Wie viele Stunden am Tag haben Sie geübt, als Ihr Interesse am größten war?",
            _steps("0", "½", "1", "1½", "2", "3–4", "5 oder mehr"),
        ),
        "gold-msi-5": Item(
            "Wie viele Jahre lang hatten Sie Unterricht in Musiktheorie?",
            _steps("0", "½", "1", "2", "3", "4–6", "7 oder mehr"),
        ),
        "gold-msi-6": Item(
            "Wie viele Jahre lang hatten Sie Unterricht auf einem Instrument (oder in Gesang)?",
            _steps("0", "½", "1", "2", "3–5", "6–9", "10 oder mehr"),
        ),
        "gold-msi-7": Item(
            "Wie viele Instrumente können Sie spielen?",
            _steps("0", "1", "2", "3", "4", "5", "6 oder mehr"),
        ),
        "age-band": Item(
            "Wie alt sind Sie?",
            {
                "under 18": "Unter 18",
                "18-29": "18–29",
                "30-44": "30–44",
                "45-59": "45–59",
                "60+": "60 oder älter",
            },
        ),
        "device": Item(
            "Womit machen Sie diesen Test?",
            {"phone": "Mit dem Handy", "tablet": "Mit dem Tablet", "computer": "Am Computer"},
        ),
        "headphones": Item("Tragen Sie Kopfhörer?", {"yes": "Ja", "no": "Nein"}),
    },
    comment="Möchten Sie uns noch etwas sagen?",
    go_on="Weiter",
)

PLAYER = PlayerWords(
    clip="Musikstück",
    first="Das erste",
    second="Das zweite",
    play="Abspielen",
    pause="Pause",
    again="Noch einmal",
    progress="Wie weit der Ton gespielt ist",
    space="Leertaste",
    trouble="Dieser Ton lässt sich hier nicht abspielen. Bitte laden Sie die Seite neu.",
    listen_first="Bitte hören Sie zuerst mindestens {seconds} Sekunden zu.",
    listen_first_both="Bitte hören Sie zuerst beiden mindestens {seconds} Sekunden zu.",
    listen_to_all="Bitte hören Sie zuerst zu.",
    answer_first="Bitte beantworten Sie jede Frage.",
    ready="Bereit, wenn Sie es sind. Sie dürfen so oft noch einmal hören, wie Sie möchten.",
)

TRIAL = TrialWords(
    practice_title="Übung {position} von {total}",
    practice="Das ist zum Üben: Danach erfahren Sie, ob Sie richtig lagen.",
    title={_ONE: "Stück {position} von {total}", _PAIR: "Paar {position} von {total}"},
    welcome_back="Willkommen zurück: Es geht weiter, wo Sie aufgehört haben.",
    ask={
        _ONE: "Wer hat diese Musik geschrieben, und wie sicher sind Sie?",
        _PAIR: "Welches der beiden hat ein Mensch geschrieben, und wie sicher sind Sie?",
    },
    sides={
        _ONE: {Maker.HUMAN: "Ein Mensch", Maker.MACHINE: "Eine Maschine"},
        _PAIR: {Maker.HUMAN: "Das erste", Maker.MACHINE: "Das zweite"},
    },
    sureness={
        Sureness.GUESSING: "Geraten",
        Sureness.FAIRLY_SURE: "Recht sicher",
        Sureness.CERTAIN: "Ganz sicher",
    },
    heard={
        _ONE: "Haben Sie dieses Stück schon einmal gehört?",
        _PAIR: "Haben Sie eines dieser Stücke schon einmal gehört?",
    },
    heard_before={
        HeardBefore.NO: "Nein",
        HeardBefore.MAYBE: "Nicht sicher",
        HeardBefore.YES: "Ja",
    },
    vote="Antwort abgeben",
    right_title="Richtig",
    wrong_title="Leider nicht",
    next="Weiter",
)

THANKS = ThanksWords(
    title="Vielen Dank!",
    score_title="{right} von {total} richtig",
    stored="Vielen Dank! Ihre Antworten sind gespeichert.",
    code="Ihr Abschlusscode:",
    code_and_address="Ihr Abschlusscode, falls Sie danach gefragt werden:",
    address="Bitte gehen Sie jetzt zurück, damit Ihre Teilnahme zählt.",
    back="Abschließen und zurückgehen",
    score="Wer nur rät, liegt im Schnitt bei der Hälfte richtig.",
    others="Sie hatten {right} von {total} richtig; im Schnitt sind es {mean}.",
    others_title="Wie viele Menschen wie viele richtig hatten",
    truth_title="Die Wahrheit über jedes Stück",
    by_human="Von einem Menschen geschrieben: {genre} „{title}“",
    by_human_untitled="Von einem Menschen geschrieben: {genre}",
    by_machine="Von einer Maschine komponiert: {genre}",
    by_article="Von einer Maschine komponiert, wie man es 2018 machte: {genre}",
    first="Das erste",
    second="Das zweite",
    you_said="Ihre Antwort „{answer}“:",
    right="richtig",
    wrong="falsch",
    listen="Anhören",
    keep="Die Adresse dieser Seite gehört nur Ihnen: Heben Sie sie auf, um Ihr Ergebnis "
    "wiederzufinden.",
)

TEXTS = Texts(
    name="Deutsch",
    titles={_ONE: "War das ein Mensch?", _PAIR: "Welches ist vom Menschen?"},
    months=(
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ),
    date="{day}. {month} {year}",
    moment="{date} um {time} Uhr (UTC)",
    decimal=",",
    genres={
        "chorale": "Choral",
        "fiddle": "Fiddle-Melodie",
        "folk": "Volkslied mit Akkorden",
        "mazurka": "Mazurka",
        "quartet": "Streichquartett",
        "ragtime": "Ragtime",
        "renaissance": "Renaissance-Messe",
        "song": "Klavierlied",
    },
    gate=GATE,
    welcome=WELCOME,
    checks=CHECKS,
    questions=QUESTIONS,
    player=PLAYER,
    trial=TRIAL,
    thanks=THANKS,
)
