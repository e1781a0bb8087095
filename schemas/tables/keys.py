"""The closed key lists of the statutory forms, read from ``schemas/forms``: a new form is a YAML file, not an edit here.

Sources: 国办公开办函〔2019〕60号 and 〔2021〕30号; names follow the US FOIA annual report vocabulary. Labels are
in ``form_lines``. Orders are those of the forms: a key that a later form adds stands behind the key it is printed after.
"""

from schemas.forms.catalogue import key_values

ARTICLES = key_values("article")
ITEMS = key_values("item")
METRICS = key_values("metric")
LINES = key_values("line")
APPLICANTS = key_values("applicant")
PROCEDURES = key_values("procedure")
OUTCOMES = key_values("outcome")
