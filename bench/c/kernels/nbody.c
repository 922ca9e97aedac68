/* Float math on objects: the outer planets for 6 million steps. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct Body { double x, y, z, vx, vy, vz, mass; } Body;

static Body *body(double x, double y, double z, double vx, double vy, double vz, double mass)
{
    double pi = 3.141592653589793, days = 365.24;
    Body  *b  = malloc(sizeof *b);
    *b = (Body){x, y, z, vx * days, vy * days, vz * days, mass * 4.0 * pi * pi};
    return b;
}

static void advance(Body **bodies, int64_t n, double dt)
{
    for (int64_t i = 0; i < n; i++) {
        Body *a = bodies[i];
        for (int64_t j = i + 1; j < n; j++) {
            Body  *b  = bodies[j];
            double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
            double d2  = dx * dx + dy * dy + dz * dz;
            double mag = dt / (d2 * sqrt(d2));
            a->vx -= dx * b->mass * mag;
            a->vy -= dy * b->mass * mag;
            a->vz -= dz * b->mass * mag;
            b->vx += dx * a->mass * mag;
            b->vy += dy * a->mass * mag;
            b->vz += dz * a->mass * mag;
        }
    }
    for (int64_t i = 0; i < n; i++) {
        Body *b = bodies[i];
        b->x += dt * b->vx;
        b->y += dt * b->vy;
        b->z += dt * b->vz;
    }
}

static double energy(Body **bodies, int64_t n)
{
    double e = 0.0;
    for (int64_t i = 0; i < n; i++) {
        Body *a = bodies[i];
        e += 0.5 * a->mass * (a->vx * a->vx + a->vy * a->vy + a->vz * a->vz);
        for (int64_t j = i + 1; j < n; j++) {
            Body  *b  = bodies[j];
            double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
            e -= a->mass * b->mass / sqrt(dx * dx + dy * dy + dz * dz);
        }
    }
    return e;
}

int main(void)
{
    Body *bodies[] = {
        body(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0),
        body(4.84143144246472090, -1.16032004402742839, -0.103622044471123109,
             0.00166007664274403694, 0.00769901118419740425, -0.0000690460016972063023,
             0.000954791938424326609),
        body(8.34336671824457987, 4.12479856412430479, -0.403523417114321381,
             -0.00276742510726411902, 0.00499852801234917238, 0.0000230417297573763929,
             0.000285885980666130812),
        body(12.8943695621391310, -15.1111514016986312, -0.223307578892655734,
             0.00296460137564761618, 0.00237847173959480950, -0.0000296589568540237556,
             0.0000436624404335156298),
        body(15.3796971148509165, -25.9193146099879641, 0.179258772950371181,
             0.00268067772490389322, 0.00162824170038242295, -0.0000951592254519715870,
             0.0000515138902046611451),
    };
    for (int i = 0; i < 6000000; i++)
        advance(bodies, 5, 0.01);
    printf("%.15g\n", energy(bodies, 5));
    return 0;
}
