// SPDX-License-Identifier: Apache-2.0
#include <random>
#include <string>

#include "harness/store/store.h"

namespace assay {

std::string new_uuid() {
  static constexpr char digits[] = "0123456789abcdef";
  std::random_device device;
  std::string text = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";
  unsigned pool = 0;
  int left = 0;
  for (char& c : text) {
    if (c != 'x' && c != 'y') continue;
    if (left == 0) {
      pool = device();
      left = 8;
    }
    const unsigned nibble = pool & 15;
    pool >>= 4;
    --left;
    c = digits[c == 'y' ? (nibble & 3) | 8 : nibble];
  }
  return text;
}

}  // namespace assay
