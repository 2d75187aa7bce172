/* SPDX-License-Identifier: Apache-2.0
 *
 * What becomes of the records of others when a thread or a child dies: `deaths WHAT DIRECTORY`.
 * check_library.py starts it and reads the books afterwards.
 */
#define _GNU_SOURCE
#include <daybook.h>
#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#define EXPECT(condition)                                                         \
    do {                                                                          \
        if (!(condition)) {                                                       \
            fprintf(stderr, "deaths:%d: not so: %s (%s)\n", __LINE__, #condition, \
                    daybook_last_error());                                        \
            _exit(1);                                                             \
        }                                                                         \
    } while (0)

enum { threads = 64, children = 40, long_bytes = 3000, page = 4096 };

static daybook *book;
static char long_text[8 * long_bytes];

/* Each seventh is as long as an entry of the queue may be, each fiftieth longer. */
static int numbered(const char *kind, int64_t thread, int64_t number) {
    size_t length = 10;
    if (number % 7 == 6) length = long_bytes;
    if (number % 50 == 49) length = sizeof long_text;
    const daybook_field fields[] = {daybook_integer("thread", thread),
                                    daybook_integer("number", number),
                                    daybook_text_of("text", long_text, length)};
    return daybook_record(book, kind, DAYBOOK_INFO, fields, 3);
}

static void start(pthread_t *thread, void *(*body)(void *), intptr_t number) {
    EXPECT(pthread_create(thread, NULL, body, (void *)number) == 0);
}

/* ---- Children that are forked, and killed, while 64 threads record ---- */

static atomic_int is_over;

static void *record_till_over(void *argument) {
    const int64_t thread = (int64_t)(intptr_t)argument;
    int64_t number = 0;
    for (; number < 50 || !atomic_load(&is_over); number++) {
        EXPECT(numbered("beside_forks", thread, number) == DAYBOOK_OK);
        if (number % 20 == 19) usleep(20 * 1000);
    }
    const daybook_field fields[] = {daybook_integer("thread", thread),
                                    daybook_integer("number", number)};
    EXPECT(daybook_record(book, "thread_done", DAYBOOK_INFO, fields, 2) == DAYBOOK_OK);
    return NULL;
}

/* Every call, with all kinds of records. */
static void expect_forked(const char *directory, int64_t round) {
    EXPECT(numbered("not_of_the_child", 0, round) == DAYBOOK_FORKED);
    EXPECT(strstr(daybook_last_error(), "parent") != NULL);
    uint64_t index = 0;
    EXPECT(daybook_append(book, "not_of_the_child", 1, NULL, 0, DAYBOOK_SYNCED, &index)
           == DAYBOOK_FORKED);
    EXPECT(index == UINT64_MAX);
    EXPECT(daybook_flush(book, DAYBOOK_WRITTEN) == DAYBOOK_FORKED);
    EXPECT(daybook_pending(book) == 0);
    EXPECT(daybook_close(book) == DAYBOOK_FORKED);
    daybook *own;
    EXPECT(daybook_open(directory, NULL, &own) == DAYBOOK_FORKED && own == NULL);
}

static void run_forks(const char *directory) {
    pthread_t running[threads];
    for (intptr_t thread = 0; thread < threads; thread++) {
        start(&running[thread], record_till_over, thread);
    }
    atomic_int *rounds = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    EXPECT(rounds != MAP_FAILED);
    for (int number = 0; number < children; number++) {
        atomic_store(rounds, 0);
        const pid_t child = fork();
        EXPECT(child >= 0);
        if (child == 0) {
            alarm(120); /* a child that hangs dies by another signal than the parent's */
            /* Half of them end by themselves, the others are killed somewhere in a call. */
            for (int64_t round = 0; number % 2 == 1 || round < 5; round++) {
                expect_forked(directory, round);
                atomic_fetch_add(rounds, 1);
            }
            _exit(0);
        }
        int status = 0;
        if (number % 2 == 1) {
            while (atomic_load(rounds) == 0) {
                EXPECT(waitpid(child, &status, WNOHANG) == 0);
                usleep(200);
            }
            usleep((useconds_t)number * 37);
            EXPECT(kill(child, SIGKILL) == 0);
        }
        EXPECT(waitpid(child, &status, 0) == child);
        if (number % 2 == 1) {
            EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        } else {
            EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
        }
    }
    atomic_store(&is_over, 1);
    for (int thread = 0; thread < threads; thread++) pthread_join(running[thread], NULL);
}

/* ---- A thread that dies while its record is copied into the queue ---- */

/* The cells of the queue: the only mapping that is neither in core files nor in children. */
static unsigned char *find_cells(size_t *size) {
    FILE *maps = fopen("/proc/self/smaps", "r");
    EXPECT(maps != NULL);
    char line[512];
    uintptr_t from = 0, to = 0, first, last;
    unsigned char *found = NULL;
    while (fgets(line, sizeof line, maps) != NULL) {
        if (sscanf(line, "%lx-%lx ", &first, &last) == 2) {
            from = first;
            to = last;
        } else if (strncmp(line, "VmFlags:", 8) == 0 && strstr(line, " dd") && strstr(line, " dc")) {
            found = (unsigned char *)from;
            *size = to - from;
        }
    }
    fclose(maps);
    return found;
}

static struct {
    unsigned char *cells;
    size_t size;
    /* Where the code of the C library is: a fault in it is one in the middle of a copy. */
    uintptr_t code, code_end;
    pthread_t thread;
    atomic_int is_dead;
    atomic_long recorded;
} victim;

static int note_code(struct dl_phdr_info *library, size_t size, void *place) {
    (void)size;
    for (int part = 0; part < library->dlpi_phnum; part++) {
        const ElfW(Phdr) *header = &library->dlpi_phdr[part];
        const uintptr_t from = library->dlpi_addr + header->p_vaddr;
        if (header->p_type != PT_LOAD || !(header->p_flags & PF_X)) continue;
        if ((uintptr_t)place < from || (uintptr_t)place >= from + header->p_memsz) continue;
        victim.code = from;
        victim.code_end = from + header->p_memsz;
        return 1;
    }
    return 0;
}

static uintptr_t code_of(const void *context) {
    const ucontext_t *machine = context;
#if defined(__x86_64__)
    return (uintptr_t)machine->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
    return (uintptr_t)machine->uc_mcontext.pc;
#else
#error "which register has the address of the code?"
#endif
}

/* Nobody may write into the second half of the queue. The victim gets there: in a copy it dies, as a
 * thread does that the system takes away; at the head of an entry it may go on to the next page. */
static void on_fault(int number, siginfo_t *info, void *context) {
    (void)number;
    const uintptr_t at = (uintptr_t)info->si_addr, base = (uintptr_t)victim.cells;
    if (at < base || at >= base + victim.size || !pthread_equal(pthread_self(), victim.thread)) {
        static const char text[] = "deaths: a fault elsewhere\n";
        _exit(write(2, text, sizeof text - 1) > 0 ? 1 : 2);
    }
    mprotect(victim.cells, victim.size, PROT_READ | PROT_WRITE);
    const uintptr_t code = code_of(context);
    if (code >= victim.code && code < victim.code_end) {
        atomic_store(&victim.is_dead, 1);
        syscall(SYS_exit, 0);
    }
    const size_t next = (at - base) / page * page + page;
    mprotect(victim.cells + next, victim.size - next, PROT_READ);
}

static void *record_till_dead(void *argument) {
    (void)argument;
    const daybook_field text = daybook_text_of("text", long_text, long_bytes);
    while (atomic_load(&victim.recorded) < 5000) {
        const daybook_field fields[] = {daybook_integer("number", atomic_load(&victim.recorded)), text};
        EXPECT(daybook_record(book, "till_dead", DAYBOOK_INFO, fields, 2) == DAYBOOK_OK);
        atomic_fetch_add(&victim.recorded, 1);
    }
    return NULL;
}

static void *record_some(void *argument) {
    for (int64_t number = 0; number < 400; number++) {
        EXPECT(numbered("after_a_death", (intptr_t)argument, number) == DAYBOOK_OK);
    }
    return NULL;
}

static void run_torn(const char *directory) {
    (void)directory;
    EXPECT(numbered("first", 0, 0) == DAYBOOK_OK);
    victim.cells = find_cells(&victim.size);
    EXPECT(victim.cells != NULL && victim.size == 8 << 20);
    EXPECT(dl_iterate_phdr(note_code, dlsym(RTLD_DEFAULT, "fopen")) == 1);
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_fault;
    action.sa_flags = SA_SIGINFO;
    EXPECT(sigaction(SIGSEGV, &action, NULL) == 0);
    EXPECT(mprotect(victim.cells + victim.size / 2, victim.size / 2, PROT_READ) == 0);
    start(&victim.thread, record_till_dead, 0);
    pthread_join(victim.thread, NULL);
    EXPECT(atomic_load(&victim.is_dead));
    EXPECT(signal(SIGSEGV, SIG_DFL) != SIG_ERR);
    pthread_t running[8];
    for (intptr_t thread = 0; thread < 8; thread++) start(&running[thread], record_some, thread);
    for (int thread = 0; thread < 8; thread++) pthread_join(running[thread], NULL);
    EXPECT(daybook_flush(book, DAYBOOK_WRITTEN) == DAYBOOK_OK);
    printf("%ld\n", atomic_load(&victim.recorded));
}

/* ---- Processes with a handle of their own that are killed while they record ---- */

enum { producers = 5, producer_threads = 4 };

/* What a child was told of its first thread's records; shared with the parent. */
static atomic_long *acknowledged;
static int child_number;

static void *record_till_killed(void *argument) {
    const int64_t thread = (int64_t)(intptr_t)argument, name = child_number * 10 + thread;
    for (int64_t number = 0;; number++) {
        EXPECT(numbered("till_killed", name, number) == DAYBOOK_OK);
        if (number % 8 != 7) continue;
        /* Not as fast as they can: what is acknowledged would wait behind megabytes. */
        if (thread != 0) {
            usleep(5000);
            continue;
        }
        EXPECT(daybook_flush(book, DAYBOOK_WRITTEN) == DAYBOOK_OK);
        atomic_store(&acknowledged[child_number], number + 1);
    }
    return NULL;
}

/* The child's part: forked before anybody opened, it opens when it is told to. */
static void produce(const char *directory, int start_end) {
    char byte;
    alarm(280);
    if (read(start_end, &byte, 1) != 1) _exit(0);
    EXPECT(daybook_open(directory, NULL, &book) == DAYBOOK_OK);
    pthread_t running[producer_threads];
    for (intptr_t thread = 0; thread < producer_threads; thread++) {
        start(&running[thread], record_till_killed, thread);
    }
    for (int thread = 0; thread < producer_threads; thread++) pthread_join(running[thread], NULL);
}

static void run_producers(const char *directory) {
    acknowledged = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    EXPECT(acknowledged != MAP_FAILED);
    pid_t running[producers];
    int starts[producers][2];
    for (child_number = 0; child_number < producers; child_number++) {
        EXPECT(pipe(starts[child_number]) == 0);
        running[child_number] = fork();
        EXPECT(running[child_number] >= 0);
        if (running[child_number] == 0) produce(directory, starts[child_number][0]);
    }
    EXPECT(daybook_open(directory, NULL, &book) == DAYBOOK_OK);
    int64_t own = 0;
    for (int child = 0; child < producers; child++) {
        EXPECT(write(starts[child][1], "x", 1) == 1);
        int status = 0;
        while (atomic_load(&acknowledged[child]) < 50) {
            EXPECT(waitpid(running[child], &status, WNOHANG) == 0);
            EXPECT(numbered("beside_producers", 0, own++) == DAYBOOK_OK);
            usleep(1000);
        }
        usleep((useconds_t)child * 131);
        EXPECT(kill(running[child], SIGKILL) == 0);
        EXPECT(waitpid(running[child], &status, 0) == running[child]);
        EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        printf("%ld ", atomic_load(&acknowledged[child]));
    }
    EXPECT(numbered("beside_producers", 0, own++) == DAYBOOK_OK);
    printf("%ld\n", (long)own);
}

int main(int argc, char **argv) {
    if (argc != 3) return 64;
    alarm(280);
    memset(long_text, 'x', sizeof long_text);
    if (strcmp(argv[1], "producers") == 0) {
        run_producers(argv[2]);
    } else {
        EXPECT(daybook_open(argv[2], NULL, &book) == DAYBOOK_OK);
        if (strcmp(argv[1], "forks") == 0) {
            run_forks(argv[2]);
        } else if (strcmp(argv[1], "torn") == 0) {
            run_torn(argv[2]);
        } else {
            return 64;
        }
    }
    EXPECT(daybook_close(book) == DAYBOOK_OK);
    return 0;
}
