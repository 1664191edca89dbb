"""The way of a file: store, enqueue, plan (parse, validate), load, report; recover beside them."""
