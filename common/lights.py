"""The five lights and what each is called; the rule that chooses one belongs to the domain it judges."""

BLUE, GREEN, YELLOW, RED, GREY = "blue", "green", "yellow", "red", "grey"
WORDS = {BLUE: "已销号", GREEN: "正常", YELLOW: "临期或滞后", RED: "逾期", GREY: "中止"}
CHOICES = list(WORDS.items())
SEVERITY = (BLUE, GREY, GREEN, YELLOW, RED)
