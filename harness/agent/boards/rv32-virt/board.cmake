# SPDX-License-Identifier: Apache-2.0
# QEMU's own RISC-V machine with a 32-bit core. (-fno-tree-pre: without it the image is 48 bytes over 32 KiB.)
assay_board(NAME rv32-virt CORE rv32imac COMPILER riscv64-unknown-elf-gcc PACKAGE gcc-riscv64-unknown-elf PORT riscv
  IMPLEMENTATIONS scalar
  FLAGS -march=rv32imac -mabi=ilp32 -mcmodel=medlow -msave-restore -fno-tree-pre
  FLASH 0x80000000 2M RAM 0x80200000 4M STACK 0x4000
  EMULATOR qemu-system-riscv32 EMULATOR_PACKAGE qemu-system-misc MACHINE virt -bios none
  UART 16550 0x10000000 3686400 CLOCK mcycle 1000000000)
