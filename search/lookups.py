"""A lookup that finds Arabic however it is spelt: filter(title_ar__folded__contains="ارهاب")."""

from django.db.models import CharField, TextField, Transform

from search.analysis import FOLDED_LETTERS

# The letters of Arabic that readers do not tell apart, folded as the analyser folds them, and
# the signs that they leave out. SQLite's parser takes about twenty calls within each other, so
# the letters of Persian and Urdu, which the analyser folds too, are not among them.
SAME_LETTERS = {letter: letter.translate(FOLDED_LETTERS) for letter in "أإآٱىئؤة"}
LEFT_OUT = [chr(code) for code in [*range(0x064B, 0x0653), 0x0670, 0x0640]]
REPLACEMENTS = SAME_LETTERS | dict.fromkeys(LEFT_OUT, "")


@CharField.register_lookup
@TextField.register_lookup
class Folded(Transform):
    """The text with one form for each letter; what it is compared with is folded alike.

    Nested REPLACE is all that both databases have without an extension.
    """

    lookup_name = "folded"
    bilateral = True

    def as_sql(self, compiler, connection, **extra):
        sql, params = compiler.compile(self.lhs)
        sql = f"LOWER({sql})"
        params = list(params)
        for letter, replacement in REPLACEMENTS.items():
            sql = f"REPLACE({sql}, %s, %s)"
            params += [letter, replacement]
        return sql, params
