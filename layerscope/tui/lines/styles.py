"""The names of all styles that lines use; the stylesheet defines each."""

STYLES = frozenset(
    {
        *("heading", "label", "value", "faint", "good", "bad", "warning", "failure", "path", "command"),
        *("number", "size", "bar", "bar-live", "bar-dead", "progress", "compared"),
        *("attribute", "guide", "marker", "link", "note", "directory", "match"),
        *("added", "modified", "removed", "touched", "unmodified", "holds-changes", "sign-inside", "ghost"),
        *("key", "title", "marked", "gutter"),
        *("code-comment", "code-keyword", "code-string", "code-number", "code-name"),
    }
)
