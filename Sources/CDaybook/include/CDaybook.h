// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "beneath.h"
#include "control.h"
#include "crc32.h"
#include "cycle_clock.h"
#include "json_scan.h"
#include "machine_state.h"
#include "ring.h"
#include "scratch.h"
#include "sha256_lanes.h"
#include "system.h"
#include "text_find.h"
