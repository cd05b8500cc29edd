"""What is done to the panel of an activity in several tests."""


def create(desk):
    """The panel is open and empty."""
    desk.section.create()
    desk.until(desk.panel.isVisible)


def fill(desk, name="Nightly_Report"):
    create(desk)
    desk.enter("nameField", name)
    desk.enter("toField", "ops@company.example")
    desk.enter("subjectField", "Report for {{ day }}")
    desk.enter("textBodyField", "{{ rows }} rows.")
