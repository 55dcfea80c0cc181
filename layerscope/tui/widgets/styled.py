"""`Styled`: a widget that draws lines in the styles of the program."""

from textual.css.styles import RenderStyles
from textual.widget import Widget


class Styled(Widget):
    """Takes the styles of its lines from the app: they are its component classes.

    Textual resolves the component classes of a widget again whenever its focus or a class of its screen changes. The
    styles of lines depend on the theme alone, so it is enough to resolve them once in the app.
    """

    def get_component_styles(self, *names: str) -> RenderStyles:
        """The styles of these names, from this widget if it has them, else from the app."""
        has_all = all(name in self._component_styles for name in names)
        return super().get_component_styles(*names) if has_all else self.app.get_component_styles(*names)
