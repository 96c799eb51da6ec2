/* Copyright: (c) 2026, The cao.faktura authors
 * GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Loaded into a database server (LD_PRELOAD): ends it as a power cut would, right before it renames its n-th file, or
 * for -n right behind it. FAKTURA_KILL_FILE names a file with the number; files are counted from the moment it is there.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int rename(const char *from, const char *to)
{
    static int seen;
    const char *name = getenv("FAKTURA_KILL_FILE");
    FILE *file = name ? fopen(name, "r") : NULL;
    int n = 0;
    int result;

    if (file) {
        if (fscanf(file, "%d", &n) == 1 && ++seen == n)
            kill(getpid(), SIGKILL);
        fclose(file);
    } else {
        seen = 0;
    }
    result = renameat(AT_FDCWD, from, AT_FDCWD, to);
    if (n < 0 && seen == -n)
        kill(getpid(), SIGKILL);
    return result;
}
