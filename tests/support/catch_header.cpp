// SPDX-License-Identifier: Apache-2.0
// Of this file only the header is used: compiled once, for every test.
#include <catch2/catch.hpp>
