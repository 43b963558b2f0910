"""Reference code of the course: each module teaches one idea; import the module that you need."""
