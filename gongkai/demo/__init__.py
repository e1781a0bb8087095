"""The embedded government sites: small, faithful, served on loopback by ``gongkai demo`` and by the tests.

``figures`` are the printed numbers, ``layout`` puts them into the statutory tables, ``page`` adds the prose, the
``render_*`` modules turn a page into bytes, ``sites`` serves the bytes, ``truth`` says what a reader must find in them.
Nothing here is used to read a report: the labels are written down a second time, on purpose.
"""
