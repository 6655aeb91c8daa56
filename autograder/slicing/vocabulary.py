"""Names that Python and its libraries give to things, by what may come of using them."""

from __future__ import annotations

import builtins
from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ALL_BUILTINS: Final = frozenset(dir(builtins))
FROM_OUTSIDE: Final = _words(
    """
    __import__ breakpoint compile delattr eval exec exit globals help input locals next open quit setattr vars
    """
)
"""Builtins that reach beyond their arguments or use them up."""
HARMLESS: Final = ALL_BUILTINS - FROM_OUTSIDE
MAKES_NEW: Final = _words(
    """
    abs all any bool chr float format hash id int isinstance issubclass len ord pow print range repr round str sum
    type
    """
)
"""Builtins whose result shares nothing with their arguments."""
READS: Final = _words(
    """
    agg aggregate all annotate any apply argmax argmin argsort assign astype axhline axis axvline bar barh casefold
    clip clone contiguous contour contourf copy corr count counts cpu cumprod cumsum dataset describe detach diff
    dot drop drop_duplicates dropna duplicated endswith eq errorbar expand extract fill_between fillna filter find
    flatten float format get grid groupby head hint hist idxmax idxmin imshow index info invert_yaxis isin isna item
    items join keys legend long lower map margins mask matshow max mean median merge min most_common ndim nlargest
    nonzero norm notna numpy nunique parameters permute pie pipe plot predict predict_proba prod progress quantile
    quiver ravel relu rename replace reset_index reshape round rstrip scatter score searchsorted set set_aspect
    set_axis_off set_index set_label set_title set_xlabel set_xlim set_xscale set_xticklabels set_xticks set_ylabel
    set_ylim set_yscale set_yticklabels set_yticks size softmax solution sort_index sort_values spines split
    splitlines squeeze startswith state_dict std strip sum suptitle tail text tick_params tight_layout title
    to_dict to_frame to_list to_numpy to_string tobytes tolist total transform transpose twinx unique unsqueeze
    upper use value_counts values var view where
    """
)
"""Methods of the libraries that leave their object and their arguments as they are, as far as a mark can tell."""
CHANGES_ITSELF: Final = _words(
    """
    add append appendleft backward choice clear discard eval extend fit fit_transform insert integers normal
    permutation pop popleft random remove reverse sort step to train uniform update zero_grad
    """
)
"""Methods of the libraries that change their object, but not what they are given."""
CHANGES_ARGUMENTS: Final = _words(
    """
    copyto fill_diagonal heapify heappop heappush heapreplace insort insort_left insort_right place put putmask
    shuffle
    """
)
"""Functions of the libraries that do change what they are given."""
IN_PLACE: Final = _words("copy inplace out")
"""Arguments that make a function of a library change what it is given."""
BEYOND: Final = _words(
    """
    chdir connect dump environ getenv inspect mkdir multiprocessing open os Path pathlib read_bytes read_csv
    read_text rename rglob run save savefig savetxt savez savez_compressed shelve shutil socket sqlite3 subprocess
    sys tempfile threading to_csv to_excel to_json to_parquet to_pickle to_sql touch unlink write write_bytes
    write_text writelines writerow writerows
    """
)
"""Words that stand for the world outside a notebook's names: files, other processes, the network."""
SETTINGS: Final = _words(
    """
    __import__ atexit breakpoint builtins chdir ctypes delattr environ filterwarnings gc import_module importlib
    putenv rcParams reload set_default_device set_default_dtype set_option set_printoptions setattr setitimer
    setprofile setrecursionlimit settrace simplefilter
    """
)
"""Words by which a cell may change how Python, or a library, works from then on."""
EVERYTHING: Final = _words(
    """
    __ ___ __main__ _frames _getframe _i _ih _ii _iii _oh compile eval exec gc get_ipython globals In inspect locals
    Out vars
    """
)
"""Words by which code can reach any name without saying it."""
WAYS_IN: Final = _words(
    """
    __builtins__ __globals__ __main__ _getframe f_back f_builtins f_globals f_locals user_ns
    """
)
"""Attributes that do the same."""
ITERATORS: Final = _words(
    """
    enumerate filter iter map open reversed zip
    """
)
PLAIN_DECORATORS: Final = _words(
    """
    abstractmethod classmethod dataclass property staticmethod
    """
)
