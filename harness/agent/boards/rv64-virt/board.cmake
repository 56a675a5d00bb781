# SPDX-License-Identifier: Apache-2.0
# QEMU's own RISC-V machine with a 64-bit core.
assay_board(NAME rv64-virt CORE rv64imac COMPILER riscv64-unknown-elf-gcc PACKAGE gcc-riscv64-unknown-elf PORT riscv
  IMPLEMENTATIONS scalar
  FLAGS -march=rv64imac -mabi=lp64 -mcmodel=medany -msave-restore
  FLASH 0x80000000 2M RAM 0x80200000 4M STACK 0x4000
  EMULATOR qemu-system-riscv64 EMULATOR_PACKAGE qemu-system-misc MACHINE virt -bios none)
