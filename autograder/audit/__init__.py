"""Tests of the tests: does every exercise accept what is right and refuse what is wrong?"""
