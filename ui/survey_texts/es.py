"""Spanish, with *usted*."""

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
    "1": "Totalmente en desacuerdo",
    "2": "Muy en desacuerdo",
    "3": "En desacuerdo",
    "4": "Ni de acuerdo ni en desacuerdo",
    "5": "De acuerdo",
    "6": "Muy de acuerdo",
    "7": "Totalmente de acuerdo",
}


def _steps(*labels: str) -> dict[str, str]:
    return dict(zip(questions.STEPS, labels, strict=True))


GATE = GateWords(
    unknown="En esta dirección no hay ninguna prueba de escucha. Pregunte, por favor, a quien le "
    "haya enviado el enlace.",
    coming="Esta prueba de escucha se abre el {moment}. Le esperamos entonces.",
    closed="Esta prueba de escucha ha terminado. ¡Gracias por su interés!",
    closed_kept="Esta prueba de escucha ha terminado. Las respuestas que dio quedan guardadas: "
    "¡muchas gracias!",
    making_title="Sus fragmentos se están creando",
    making="Es la primera persona que hace la prueba aquí, así que la música se está componiendo y "
    "tocando ahora mismo. Tarda uno o dos minutos; después la prueba empieza sola.",
    making_progress="{ready} de {wanted} fragmentos están listos",
    nothing_to_make="Aquí hay muy poca música para hacer una prueba.",
    not_ready="Los fragmentos de esta prueba todavía se están creando. Vuelva más tarde, por favor.",
    try_again="Intentarlo de nuevo",
    expired="Este enlace era válido durante {days} días, y ya han pasado. Las respuestas que dio "
    "quedan guardadas: ¡muchas gracias!",
    stranger="Este enlace no lleva a ninguna prueba: puede que esté incompleto o mal escrito. "
    "Puede simplemente empezar de nuevo.",
    start_afresh="Empezar de nuevo",
    start_as_new="¿Es usted otra persona? Empiece aquí de nuevo",
    preview="Esto es una vista previa: acepte la tarea para empezar.",
    trouble="Algo no ha funcionado. Inténtelo de nuevo dentro de un momento, por favor.",
    withdraw="Si desea que se borren sus respuestas, indique este número a quien le envió el "
    "enlace: {id}",
)

WELCOME = WelcomeWords(
    instructions={
        _ONE: "Va a escuchar **{clips} fragmentos breves de música**. Algunos los escribieron "
        "personas; los demás, una máquina. Todos suenan con los mismos instrumentos de ordenador, "
        "así que solo la música puede revelarle de quién es. Después de cada fragmento, díganos "
        "qué opina.",
        _PAIR: "Va a escuchar **{clips} parejas de fragmentos breves de música**. En cada pareja, "
        "uno lo escribió una persona y el otro, una máquina. Todos suenan con los mismos "
        "instrumentos de ordenador, así que solo la música puede revelarle de quién es. Después "
        "de cada pareja, díganos qué opina.",
    },
    practice="Primero puede practicar un poco y saber enseguida si ha acertado.",
    duration="Dura unos **{minutes} minutos**. Necesita sonido: lo mejor son unos auriculares, "
    "aunque también sirven unos altavoces. Haga la prueba a solas, por favor, y confíe en sus "
    "oídos.",
    consent_title="Qué se guarda",
    consent="Se guardan sus respuestas, su grado de seguridad, cuántas veces y cuánto tiempo "
    "escuchó, cuándo, y el idioma",
    consent_also={
        "headphone-check": "cuántos tonos acertó en la prueba de auriculares",
        "musical-training": "su formación musical",
        "age": "su grupo de edad",
        "device": "su dispositivo",
        "headphones": "si lleva auriculares",
        "comment": "su comentario",
    },
    consent_nameless="Ningún nombre, ninguna dirección: nadie puede saber que las respuestas son "
    "suyas.",
    consent_platform="Ningún nombre, ninguna dirección; pero la plataforma que le envía nos da su "
    "identificador. Se guarda aparte de sus respuestas y solo se usa para que pueda recibir su "
    "pago y volver a su prueba.",
    consent_purpose="Todo ello sirve para averiguar hasta qué punto se distingue la música humana "
    "de la de una máquina. Participar es voluntario: puede dejarlo cuando quiera cerrando la "
    "página; las respuestas que haya dado hasta entonces se conservan.",
    agree="Acepto, empecemos",
    language="Idioma",
    begun="Ya ha empezado la prueba en esta ventana.",
    go_on="Seguir donde lo dejé",
)

CHECKS = CheckWords(
    sound_title="¿Oye esto?",
    sound="Reproduzca estos cuatro tonos y ajuste el volumen hasta que le resulte agradable. "
    "La música suena igual de fuerte.",
    sound_well="Lo oigo bien",
    sound_first="Pulse primero *Reproducir*.",
    headphones_title="¿Qué tono es el más suave? {position} de {total}",
    headphones="Va a oír tres tonos. Póngase auriculares si los tiene. Nada depende de sus "
    "respuestas: solo nos dicen con qué escucha. Si tiene dudas, elija al azar.",
    tones=("El primero", "El segundo", "El tercero"),
    quietest="¿Qué tono es el más suave?",
    next="Continuar",
)

QUESTIONS = QuestionWords(
    before_title="Unas preguntas antes de empezar",
    after_title="Unas últimas preguntas",
    optional="Puede dejar sin responder las que quiera.",
    training="Su formación musical",
    items={
        "gold-msi-1": Item(
            "Nunca me han felicitado por mi talento como intérprete musical.", _AGREEMENT
        ),
        "gold-msi-2": Item("No me consideraría músico o música.", _AGREEMENT),
        "gold-msi-3": Item(
            "¿Durante cuántos años ha practicado un instrumento (o canto) con regularidad y a "
            "diario?",
            _steps("0", "1", "2", "3", "4–5", "6–9", "10 o más"),
        ),
        "gold-msi-4": Item(
            "En el momento de mayor interés, ¿cuántas horas al día practicaba?",
            _steps("0", "½", "1", "1½", "2", "3–4", "5 o más"),
        ),
        "gold-msi-5": Item(
            "¿Cuántos años de formación en teoría musical ha tenido?",
            _steps("0", "½", "1", "2", "3", "4–6", "7 o más"),
        ),
        "gold-msi-6": Item(
            "¿Cuántos años de formación con un instrumento (o en canto) ha tenido?",
            _steps("0", "½", "1", "2", "3–5", "6–9", "10 o más"),
        ),
        "gold-msi-7": Item(
            "¿Cuántos instrumentos sabe tocar?",
            _steps("0", "1", "2", "3", "4", "5", "6 o más"),
        ),
        "age-band": Item(
            "¿Qué edad tiene?",
            {
                "under 18": "Menos de 18",
                "18-29": "18–29",
                "30-44": "30–44",
                "45-59": "45–59",
                "60+": "60 o más",
            },
        ),
        "device": Item(
            "¿Con qué hace esta prueba?",
            {
                "phone": "Con un móvil",
                "tablet": "Con una tableta",
                "computer": "Con un ordenador",
            },
        ),
        "headphones": Item("¿Lleva auriculares?", {"yes": "Sí", "no": "No"}),
    },
    comment="¿Quiere decirnos algo más?",
    go_on="Continuar",
)

PLAYER = PlayerWords(
    clip="Fragmento",
    first="El primero",
    second="El segundo",
    play="Reproducir",
    pause="Pausa",
    again="Otra vez",
    progress="Hasta dónde ha sonado",
    space="Espacio",
    trouble="Este sonido no se puede reproducir aquí. Vuelva a cargar la página, por favor.",
    listen_first="Escuche primero al menos {seconds} segundos, por favor.",
    listen_first_both="Escuche primero los dos al menos {seconds} segundos, por favor.",
    listen_to_all="Escuche primero, por favor.",
    answer_first="Responda a todas las preguntas, por favor.",
    ready="Cuando quiera. Puede volver a escuchar tantas veces como desee.",
)

TRIAL = TrialWords(
    practice_title="Práctica {position} de {total}",
    practice="Este es para practicar: después sabrá si ha acertado.",
    title={_ONE: "Fragmento {position} de {total}", _PAIR: "Pareja {position} de {total}"},
    welcome_back="Nos alegra verle de nuevo: sigue donde lo dejó.",
    ask={
        _ONE: "¿Quién escribió esta música, y con qué seguridad lo dice?",
        _PAIR: "¿Cuál de los dos escribió una persona, y con qué seguridad lo dice?",
    },
    sides={
        _ONE: {Maker.HUMAN: "Una persona", Maker.MACHINE: "Una máquina"},
        _PAIR: {Maker.HUMAN: "El primero", Maker.MACHINE: "El segundo"},
    },
    sureness={
        Sureness.GUESSING: "Al azar",
        Sureness.FAIRLY_SURE: "Con bastante certeza",
        Sureness.CERTAIN: "Con certeza",
    },
    heard={
        _ONE: "¿Había oído antes esta pieza?",
        _PAIR: "¿Había oído antes alguna de estas piezas?",
    },
    heard_before={
        HeardBefore.NO: "No",
        HeardBefore.MAYBE: "Quizá",
        HeardBefore.YES: "Sí",
    },
    vote="Dar mi respuesta",
    right_title="Correcto",
    wrong_title="Esta vez no",
    next="Continuar",
)

THANKS = ThanksWords(
    title="¡Muchas gracias!",
    score_title="Ha acertado {right} de {total}",
    stored="¡Muchas gracias! Sus respuestas están guardadas.",
    code="Su código de finalización:",
    code_and_address="Su código de finalización, por si se lo piden:",
    address="Vuelva ahora, por favor, para que su participación cuente.",
    back="Terminar y volver",
    score="Al azar se acierta, de media, la mitad.",
    others="Usted acertó {right} de {total}; la media es {mean}.",
    others_title="Cuántas personas acertaron cuántos",
    truth_title="La verdad sobre cada fragmento",
    by_human="Escrito por una persona: {genre} «{title}»",
    by_human_untitled="Escrito por una persona: {genre}",
    by_machine="Compuesto por una máquina: {genre}",
    by_article="Compuesto por una máquina como se hacía en 2018: {genre}",
    first="El primero",
    second="El segundo",
    you_said="Usted dijo «{answer}»:",
    right="correcto",
    wrong="incorrecto",
    listen="Escuchar",
    keep="La dirección de esta página es solo suya: consérvela para volver a su resultado.",
)

TEXTS = Texts(
    name="Español",
    titles={_ONE: "¿Era humano?", _PAIR: "¿Cuál es humano?"},
    months=(
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ),
    date="{day} de {month} de {year}",
    moment="{date} a las {time} (UTC)",
    decimal=",",
    genres={
        "chorale": "coral",
        "fiddle": "melodía de violín popular",
        "folk": "canción popular con acordes",
        "mazurka": "mazurca",
        "quartet": "cuarteto de cuerda",
        "ragtime": "ragtime",
        "renaissance": "misa renacentista",
        "song": "canción con piano",
    },
    gate=GATE,
    welcome=WELCOME,
    checks=CHECKS,
    questions=QUESTIONS,
    player=PLAYER,
    trial=TRIAL,
    thanks=THANKS,
)
