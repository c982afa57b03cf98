"""What a student reads in Spanish."""

from service.consents.assent_vocabulary import Words

SPANISH = Words(
    language="Español",
    day="{weekday}, {number} de {month}",
    weekdays=("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    months=(
        "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
        "diciembre",
    ),
    skip="Ir al contenido",
    languages="Idioma",
    home="Plenary, página de inicio",
    asked_by="{school} te pregunta",
    when="Cuándo",
    can_change_until="Puedes cambiar de opinión hasta el {day}. "
    "Puedes decir que no en cualquier momento, incluso ese mismo día.",
    slip_once="Después de esta respuesta, tu hoja solo sirve para decir que no. "
    "Para cambiar otra cosa, pide una nueva en tu escuela.",
    your_answer="¿Qué quieres hacer?",
    no_favours="Las tres respuestas están bien.",
    answers={
        "yes": "Sí, quiero participar",
        "no": "No, no quiero participar",
        "talk_first": "Quiero hablar con alguien primero",
    },
    only_for_yes="Si dices que sí, faltan dos cosas. Si dices que no, déjalas así.",
    topics="Elige un color para cada tema",
    topics_hint="Verde: quiero hablar de esto. Amarillo: solo si yo lo menciono. Rojo: no me pregunten, por favor. "
    "Nadie en el escenario sabe por qué elegiste un color.",
    colours={"green": "Verde", "yellow": "Amarillo", "red": "Rojo"},
    starts_at_red="Este empieza en rojo. Cámbialo solo si quieres.",
    name="¿Cómo quieres que te llamen?",
    who_sees="Antes de elegir: tu mamá, papá o tutor y tu escuela pueden ver esto.",
    name_uses={"full": "Mi nombre completo", "first_only": "Solo mi primer nombre", "made_up": "Un nombre inventado"},
    made_up="El nombre inventado",
    made_up_hint="Solo si elegiste un nombre inventado. Va en tu gafete.",
    send="Enviar mi respuesta",
    change="Cambiar mi respuesta",
    used="Esta hoja ya se usó.",
    used_why="La respuesta es solo del estudiante, por eso esta página no la muestra.",
    used_change="¿Quieres cambiar tu respuesta? Pide una hoja nueva en {school}. Para decir que no, te basta esta.",
    said_no_here="Anotado. No estás en el panel.",
    say_no="No, no quiero estar en el panel",
    say_no_hint="No tienes que decir por qué. Vale de inmediato.",
    said={
        "yes": "Dijiste que sí.",
        "no": "Dijiste que no.",
        "talk_first": "Quieres hablar con alguien primero.",
    },
    next_heading="Qué pasa ahora",
    next_steps={
        "yes": (
            "Estás en el panel solo cuando tu mamá, papá o tutor también dijo que sí, a menos que firmes tú.",
            "Tu escuela te dice si tienes un lugar y cuándo debes llegar.",
            "La persona que modera conoce tus colores y cómo llamarte. Nada más.",
        ),
        "no": (
            "No estás en el panel. Nadie te pregunta por qué.",
            "Tu mamá, papá o tutor ve solo que no participas.",
            "Todavía puedes cambiar de opinión mientras haya tiempo. Tu escuela te da una hoja nueva.",
        ),
        "talk_first": (
            "Un adulto de tu escuela ve esto y viene a hablar contigo.",
            "No estás en el panel si no dices que sí. Tu escuela te da una hoja nueva para eso.",
        ),
    },
    your_topics="Tus temas",
    you_are_called="Te llaman",
    support_heading="Es bueno saber",
    support=(
        "Puedes pasar. Cualquier pregunta, en cualquier momento. Di “paso” o baja del escenario. No tienes que dar razones.",
        "Si le dices a un adulto que alguien te hace daño o que puedes estar en peligro, tiene que buscar ayuda. No puede "
        "guardarlo en secreto.",
        "Después del panel un adulto se sienta contigo y te pregunta cómo te fue.",
    ),
    talk_to="¿Preguntas o dudas? Habla con {name}, en {school}.",
    talk_to_school="¿Preguntas o dudas? Habla con el adulto de {school} que te dio esto.",
    over="Ahora no hay nada que responder.",
    over_why="Tu escuela quitó tu nombre de la lista, o este panel ya fue o no se hará. Pregunta en tu escuela si crees "
    "que es un error.",
    wrong="Revisa esto, por favor",
    not_now="Eso no se puede ahora",
    errors={
        "answer": "Elige una de las tres respuestas.",
        "student-topic-unanswered": "Elige verde, amarillo o rojo para este tema.",
        "student-name-unanswered": "Elige cómo quieres que te llamen.",
        "student-no-made-up-name": "Escribe el nombre que quieres usar.",
        "made_up": "Escribe un nombre de 60 letras como máximo, en una sola línea.",
        "student-roster-locked": "La lista del panel está cerrada, así que no se puede cambiar nada más. Todavía puedes "
        "decir que no.",
        "student-text-renewed": "El texto cambió mientras lo leías. Léelo una vez más y envía tu respuesta de nuevo.",
        "student-slip-used": "Esta hoja ya se usó. Pide una nueva en tu escuela. Todavía puedes decir que no.",
        "not-open": "Ahora no hay nada que responder. Pregunta en tu escuela.",
    },
    how_long="Cuánto tiempo guardamos las cosas",
    stuck="¿Necesitas ayuda? Una persona te ayuda.",
    call="Llama al",
    write="Escribe a",
)  # fmt: skip
