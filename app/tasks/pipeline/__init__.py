"""The way of a file: store, enqueue, plan (parse, validate), load, report; recover beside them.

How a file is read is in `reading`, how people are written in `writing`.
"""
