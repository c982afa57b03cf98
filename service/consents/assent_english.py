"""What a student reads in English."""

from service.consents.assent_vocabulary import Words

ENGLISH = Words(
    language="English",
    day="{weekday}, {month} {number}",
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    months=(
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ),
    skip="Skip to the content",
    languages="Language",
    home="Plenary, start page",
    asked_by="{school} asks you",
    when="When",
    can_change_until="You can change your mind until {day}. You can say no at any time, even on the day.",
    your_answer="What do you want to do?",
    no_favours="All three answers are fine.",
    answers={
        "yes": "Yes, I want to do this",
        "no": "No, I do not want to",
        "talk_first": "I want to talk to someone first",
    },
    only_for_yes="If you say yes, two more things. If you say no, leave them out.",
    topics="Choose a color for each topic",
    topics_hint="Green: I am happy to talk about it. Yellow: only if I bring it up. Red: please do not ask me. "
    "Nobody on stage hears why you chose a color.",
    colours={"green": "Green", "yellow": "Yellow", "red": "Red"},
    starts_at_red="This one starts at red. Change it only if you want to.",
    name="What should people call you?",
    who_sees="Before you choose: your parent or guardian and your school can see this.",
    name_uses={"full": "My full name", "first_only": "My first name only", "made_up": "A made-up name"},
    made_up="The made-up name",
    made_up_hint="Only if you chose a made-up name. It stands on your badge.",
    send="Send my answer",
    change="Change my answer",
    say_no="No, I do not want to be on the panel",
    say_no_hint="You do not have to say why. It counts at once.",
    said={
        "yes": "You said yes.",
        "no": "You said no.",
        "talk_first": "You want to talk to someone first.",
    },
    next_heading="What happens next",
    next_steps={
        "yes": (
            "You are on the panel only when your parent or guardian has said yes too, unless you sign for yourself.",
            "Your school tells you if you have a seat, and when to come.",
            "The moderator knows your colors and what to call you. Nothing else.",
        ),
        "no": (
            "You are not on the panel. Nobody asks you why.",
            "Your parent or guardian sees only that you are not taking part.",
            "You can still change your mind while there is time.",
        ),
        "talk_first": (
            "An adult at your school sees this and comes to talk with you.",
            "You are not on the panel unless you say yes here.",
        ),
    },
    your_topics="Your topics",
    you_are_called="People call you",
    support_heading="Good to know",
    support=(
        "You can pass. Any question, any time. Say “pass” or leave the stage. No reason needed.",
        "If you tell an adult that you are being hurt or may be in danger, they have to get help. They cannot keep it "
        "secret.",
        "After the panel an adult sits down with you and asks how it was.",
    ),
    talk_to="Questions, or not sure? Talk to {name} at {school}.",
    talk_to_school="Questions, or not sure? Talk to the adult at {school} who gave you this.",
    over="There is nothing to answer now.",
    over_why="Your school took your name off the list, or this panel has been or will not be. Ask your school if you think "
    "that is wrong.",
    wrong="Please look at this again",
    not_now="That does not work now",
    errors={
        "answer": "Choose one of the three answers.",
        "student-topic-unanswered": "Choose green, yellow or red for this topic.",
        "student-name-unanswered": "Choose what people should call you.",
        "student-no-made-up-name": "Write the name that you want to be called.",
        "made_up": "Write a name of at most 60 letters, on one line.",
        "student-roster-locked": "The list of panelists is closed, so nothing else can be changed. You can still say no.",
        "student-text-renewed": "The text was renewed while you read it. Please read it once more and answer again.",
        "not-open": "There is nothing to answer now. Ask your school.",
    },
    how_long="How long we keep things",
    stuck="Stuck? A person helps you.",
    call="Call",
    write="Write to",
)  # fmt: skip
