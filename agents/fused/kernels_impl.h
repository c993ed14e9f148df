// SPDX-License-Identifier: Apache-2.0
// The kernels, for a vector of kWidth floats. Included once by each file that is compiled for one
// instruction set, inside a namespace of its own and with nothing from the standard library that
// has inline functions: a copy of those made for one set must never serve another.

// kWidth, kVectors (vectors a row of the register tile) and kRows are defined before inclusion.
typedef float Vector __attribute__((vector_size(kWidth * sizeof(float)), may_alias));
typedef int Mask __attribute__((vector_size(kWidth * sizeof(int)), may_alias));
// Unaligned in memory: rows of the caller's matrices start anywhere.
typedef float Loose
    __attribute__((vector_size(kWidth * sizeof(float)), may_alias, aligned(sizeof(float))));

static inline Vector load(const float* p) { return *reinterpret_cast<const Loose*>(p); }
static inline void store(float* p, Vector v) { *reinterpret_cast<Loose*>(p) = v; }
static inline Vector splat(float x) { return Vector{} + x; }
static inline Vector select(Mask condition, Vector a, Vector b) { return condition ? a : b; }
static inline Vector clamp(Vector x, float low, float high) {
  x = select(x < splat(low), splat(low), x);
  return select(x > splat(high), splat(high), x);
}

/// Odd rational approximation of degree 13/6 on the interval where tanh differs from ±1 in float32;
/// the coefficients are those Eigen uses. Largest error 3e-7, tested.
static inline Vector tanh(Vector x) {
  x = clamp(x, -7.90531110763549805f, 7.90531110763549805f);
  const Vector s = x * x;
  Vector p = splat(-2.76076847742355e-16f);
  p = p * s + 2.00018790482477e-13f;
  p = p * s + -8.60467152213735e-11f;
  p = p * s + 5.12229709037114e-08f;
  p = p * s + 1.48572235717979e-05f;
  p = p * s + 6.37261928875436e-04f;
  p = p * s + 4.89352455891786e-03f;
  Vector q = splat(1.19825839466702e-06f);
  q = q * s + 1.18534705686654e-04f;
  q = q * s + 2.26843463243900e-03f;
  q = q * s + 4.89352518554385e-03f;
  return x * p / q;
}

/// exp for x in [−87, 88]: 2^n · e^r with |r| ≤ ½ log 2, Taylor to degree 6 (error below 2e-7).
static inline Vector exp(Vector x) {
  x = clamp(x, -87.0f, 88.0f);
  const Vector scaled = x * 1.44269504f;
  const Mask n =
      __builtin_convertvector(scaled + select(scaled < Vector{}, splat(-0.5f), splat(0.5f)), Mask);
  const Vector whole = __builtin_convertvector(n, Vector);
  const Vector r = (x - whole * 0.693359375f) - whole * -2.12194440e-4f;
  Vector e = splat(1.0f / 720);
  e = e * r + 1.0f / 120;
  e = e * r + 1.0f / 24;
  e = e * r + 1.0f / 6;
  e = e * r + 0.5f;
  e = e * r + 1.0f;
  e = e * r + 1.0f;
  const Mask bits = (n + 127) << 23;
  return e * reinterpret_cast<const Vector&>(bits);
}

/// One tile of C: R rows by V vectors, held in registers over the whole depth.
template <int R, int V>
static inline void tile(const float* a, size_t row_stride, size_t depth_stride, const float* b,
                        size_t b_stride, float* c, size_t c_stride, size_t depth, bool add) {
  Vector sum[R][V];
  for (int i = 0; i < R; ++i) {
    for (int v = 0; v < V; ++v) {
      sum[i][v] = add ? load(c + size_t(i) * c_stride + size_t(v) * kWidth) : Vector{};
    }
  }
  for (size_t k = 0; k < depth; ++k) {
    Vector row[V];
    for (int v = 0; v < V; ++v) row[v] = load(b + k * b_stride + size_t(v) * kWidth);
    for (int i = 0; i < R; ++i) {
      const Vector factor = splat(a[size_t(i) * row_stride + k * depth_stride]);
      for (int v = 0; v < V; ++v) sum[i][v] += factor * row[v];
    }
  }
  for (int i = 0; i < R; ++i) {
    for (int v = 0; v < V; ++v) store(c + size_t(i) * c_stride + size_t(v) * kWidth, sum[i][v]);
  }
}

/// All rows of V vectors of columns.
template <int V>
static void stripe(const float* a, size_t row_stride, size_t depth_stride, const float* b,
                   size_t b_stride, float* c, size_t c_stride, size_t rows, size_t depth,
                   bool add) {
  size_t i = 0;
  for (; i + kRows <= rows; i += kRows) {
    tile<kRows, V>(a + i * row_stride, row_stride, depth_stride, b, b_stride, c + i * c_stride,
                   c_stride, depth, add);
  }
  for (; i + 2 <= rows; i += 2) {
    tile<2, V>(a + i * row_stride, row_stride, depth_stride, b, b_stride, c + i * c_stride,
               c_stride, depth, add);
  }
  for (; i < rows; ++i) {
    tile<1, V>(a + i * row_stride, row_stride, depth_stride, b, b_stride, c + i * c_stride,
               c_stride, depth, add);
  }
}

static void multiply(const float* a, size_t row_stride, size_t depth_stride, const float* b,
                     size_t b_stride, float* c, size_t c_stride, size_t rows, size_t columns,
                     size_t depth, bool add) {
  size_t j = 0;
  for (; j + size_t(kVectors * kWidth) <= columns; j += size_t(kVectors * kWidth)) {
    stripe<kVectors>(a, row_stride, depth_stride, b + j, b_stride, c + j, c_stride, rows, depth,
                     add);
  }
  for (; j < columns; j += size_t(kWidth)) {
    stripe<1>(a, row_stride, depth_stride, b + j, b_stride, c + j, c_stride, rows, depth, add);
  }
}

static void bias_activate(float* y, const float* bias, size_t rows, size_t columns,
                          Activation activation, float* derivative) {
  for (size_t i = 0; i < rows; ++i) {
    for (size_t j = 0; j < columns; j += size_t(kWidth)) {
      float* const p = y + i * columns + j;
      Vector x = load(p) + load(bias + j);
      switch (activation) {
        case Activation::kNone:
          break;
        case Activation::kTanh:
          x = tanh(x);
          break;
        case Activation::kRelu:
          x = select(x > Vector{}, x, Vector{});
          break;
        case Activation::kElu:
          x = select(x > Vector{}, x, exp(x) - 1.0f);
          break;
        case Activation::kSilu: {
          const Vector gate = 1.0f / (1.0f + exp(-x));
          if (derivative) store(derivative + i * columns + j, gate * (1.0f + x * (1.0f - gate)));
          x *= gate;
          break;
        }
      }
      store(p, x);
    }
  }
}

static void chain(float* d, const float* y, size_t n, Activation activation) {
  for (size_t i = 0; i < n; i += size_t(kWidth)) {
    const Vector value = load(y + i);
    Vector slope = splat(1.0f);
    switch (activation) {
      case Activation::kNone:
        break;
      case Activation::kTanh:
        slope = 1.0f - value * value;
        break;
      case Activation::kRelu:
        slope = select(value > Vector{}, splat(1.0f), Vector{});
        break;
      case Activation::kElu:
        slope = select(value > Vector{}, splat(1.0f), value + 1.0f);
        break;
      case Activation::kSilu:
        slope = value;
        break;
    }
    store(d + i, load(d + i) * slope);
  }
}

static double squared_norm(const float* x, size_t n) {
  Vector sum[4] = {};
  size_t i = 0;
  for (; i + 4 * size_t(kWidth) <= n; i += 4 * size_t(kWidth)) {
    for (size_t v = 0; v < 4; ++v) {
      const Vector part = load(x + i + v * size_t(kWidth));
      sum[v] += part * part;
    }
  }
  double total = 0;
  for (; i < n; ++i) total += double(x[i]) * double(x[i]);
  const Vector lanes = (sum[0] + sum[1]) + (sum[2] + sum[3]);
  for (int lane = 0; lane < kWidth; ++lane) total += double(lanes[lane]);
  return total;
}

static void adam(const AdamStep& step, float* value, float* gradient, float* first, float* second,
                 size_t n) {
  const auto update = [&step](auto& theta, auto g, auto& m, auto& v, auto root) {
    g = step.scale * g;
    m = step.beta1 * m + (1 - step.beta1) * g;
    v = step.beta2 * v + (1 - step.beta2) * g * g;
    theta -= step.rate * m / (root(v) + step.epsilon);
  };
  const auto roots = [](Vector v) {
    for (int lane = 0; lane < kWidth; ++lane) v[lane] = __builtin_sqrtf(v[lane]);
    return v;
  };
  size_t i = 0;
  for (; i + size_t(kWidth) <= n; i += size_t(kWidth)) {
    Vector theta = load(value + i), m = load(first + i), v = load(second + i);
    update(theta, load(gradient + i), m, v, roots);
    store(value + i, theta);
    store(first + i, m);
    store(second + i, v);
    store(gradient + i, Vector{});
  }
  for (; i < n; ++i) {
    update(value[i], gradient[i], first[i], second[i], [](float v) { return __builtin_sqrtf(v); });
    gradient[i] = 0;
  }
}
