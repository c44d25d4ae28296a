// Stands for the CPUID instruction where ud2 was put in its place: the processor's own answer, or with WITHOUT_VNNI=1 that answer without AVX-512, VNNI and AMX.
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <ucontext.h>

#define BIT(n) (1u << (n))

static int without;

static void answer(int signal, siginfo_t *info, void *context) {
  (void)signal;
  (void)info;
  greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
  const uint8_t *code = (const uint8_t *)registers[REG_RIP];
  if (code[0] != 0x0f || code[1] != 0x0b) abort();

  const uint32_t leaf = registers[REG_RAX], subleaf = registers[REG_RCX];
  uint32_t a = leaf, b, c = subleaf, d;
  __asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
  // Intel's manual, volume 2, CPUID, leaf 7.
  if (without && leaf == 7 && subleaf == 0) {
    b &= ~(BIT(16) | BIT(17) | BIT(21) | BIT(28) | BIT(30) | BIT(31)); // AVX-512: F, DQ, IFMA, CD, BW, VL
    c &= ~(BIT(1) | BIT(6) | BIT(11) | BIT(12) | BIT(14));             // VBMI, VBMI2, VNNI, BITALG, VPOPCNTDQ
    d &= ~(BIT(8) | BIT(22) | BIT(23) | BIT(24) | BIT(25));            // VP2INTERSECT, AMX-BF16, AVX512-FP16, AMX-TILE, AMX-INT8
  }
  if (without && leaf == 7 && subleaf == 1) {
    a &= ~(BIT(4) | BIT(5));            // AVX-VNNI, AVX512-BF16
    d &= ~(BIT(4) | BIT(10) | BIT(19)); // AVX-VNNI-INT8, AVX-VNNI-INT16, AVX10
  }
  registers[REG_RAX] = a;
  registers[REG_RBX] = b;
  registers[REG_RCX] = c;
  registers[REG_RDX] = d;
  registers[REG_RIP] += 2;
}

__attribute__((constructor)) static void install(void) {
  const char *wanted = getenv("WITHOUT_VNNI");
  without = wanted && *wanted;
  struct sigaction action = {0};
  action.sa_sigaction = answer;
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  sigaction(SIGILL, &action, 0);
}
