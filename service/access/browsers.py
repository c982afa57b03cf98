"""A browser as people call it."""


def browser_in_words(agent: str) -> str:
    """`Firefox on Windows`, as far as a browser says it."""
    browsers = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
    systems = (
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("CrOS", "ChromeOS"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    )
    browser = next((words for sign, words in browsers if sign in agent), "A browser")
    system = next((words for sign, words in systems if sign in agent), "")
    return f"{browser} on {system}" if system else browser
